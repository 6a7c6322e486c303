"""How pages that are kept for many visitors learn that the catalogue has changed.

A kept page is good for the edition of the catalogue in which it was made. Whoever changes what a page shows names a new
edition after the commit, and every page of the old one is made anew.
"""

import secrets

from django.core.cache import cache
from django.db import transaction

EDITION = "catalog:edition"


def forget_pages() -> None:
    """Name a new edition once the caller's transaction is through (at once where there is none)."""
    transaction.on_commit(_name_edition, robust=True)


def _name_edition() -> None:
    cache.set(EDITION, secrets.token_hex(8), timeout=None)
