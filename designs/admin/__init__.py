"""Designs and proofs in the admin."""

from designs.admin import designs, proofs, records

__all__ = ["designs", "proofs", "records"]
