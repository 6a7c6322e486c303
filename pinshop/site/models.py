"""No rows: Django tells only apps with this module that a migration has ended (see apps.py)."""
