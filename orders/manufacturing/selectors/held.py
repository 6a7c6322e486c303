"""Which stored files the rows of this app refer to."""

from collections.abc import Collection

from orders.manufacturing.models import ProductionOrder, StageReport


def list_held(hashes: Collection[str]) -> set[str]:
    """Those of some stored files that are a tech pack, die lines, or the photo of a quality check."""
    columns = (
        (ProductionOrder.objects, "tech_pack_sha256"),
        (ProductionOrder.objects, "die_lines_sha256"),
        (StageReport.objects, "photo_sha256"),
    )
    held: set[str] = set()
    for rows, column in columns:
        held.update(rows.filter(**{f"{column}__in": hashes}).values_list(column, flat=True))
    return held
