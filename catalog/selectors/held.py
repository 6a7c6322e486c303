"""Which stored files the catalogue refers to by name."""

from collections.abc import Collection

from catalog.models import PinPicture


def list_held(hashes: Collection[str]) -> set[str]:
    """Those of the files that a pin's pictures name."""
    rows = PinPicture.objects.values_list("sources", flat=True)
    named = {sha256 for sources in rows.iterator() for by_width in sources.values() for sha256 in by_width.values()}
    return named & set(hashes)
