"""Django's own signals that the shell listens to."""

from typing import Any

from pinshop.site.services import staff_groups


def load_staff_groups(**_: Any) -> None:
    """After every migration: permissions exist only then, and new models bring new ones."""
    staff_groups.load()
