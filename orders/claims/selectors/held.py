"""Which stored files the rows of this app refer to."""

from collections.abc import Collection

from orders.claims.models import ClaimPhoto


def list_held(hashes: Collection[str]) -> set[str]:
    """Those of some stored files that are a photo of a claim, as it came or as it is shown."""
    held: set[str] = set()
    for column in ("original_sha256", "shown_sha256"):
        held.update(ClaimPhoto.objects.filter(**{f"{column}__in": hashes}).values_list(column, flat=True))
    return held
