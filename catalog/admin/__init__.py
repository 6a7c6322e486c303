"""What staff see and change of the catalogue."""

from catalog.admin import options, pins, prices, rules

__all__ = ["options", "pins", "prices", "rules"]
