"""What a page needs of pins beside their own columns, in a fixed number of queries."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from catalog.models import Pin, PinPicture, PinVariant

RELATED = ("artist", "series", "cause", "process", "plating")


def complete(pins: Sequence[Pin]) -> None:
    """Load pictures, and grades on offer with stock and prices, of all pins at once: three queries."""
    pictures = PinPicture.objects.select_related("file")
    prefetch_related_objects(list(pins), Prefetch("pictures", pictures), Prefetch("variants", _on_offer()))


def _on_offer() -> QuerySet[PinVariant]:
    return PinVariant.objects.filter(active=True).select_related("stock").prefetch_related("prices").order_by("grade")
