"""What staff see of the core's records, and how amounts of money are asked for and shown in the whole admin."""

from pinshop.core.admin import records

__all__ = ["records"]
