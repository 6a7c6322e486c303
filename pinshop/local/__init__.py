"""Stand-ins for a laptop that speak the real protocols. Never imported in production."""
