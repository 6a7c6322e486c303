"""What workers do for the catalogue."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from catalog.selectors import held
from catalog.services import wish_lists
from pinshop.core import files

files.held_by(held.list_held)


@shared_task(name="catalog.sweep")
def sweep(**_: Any) -> None:
    """Forget what guests wished for long ago."""
    wish_lists.sweep(before=timezone.now() - timedelta(days=settings.ABANDONED_DAYS))
