"""Taking a person out of production orders: what was made, and when, stays."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from orders.manufacturing.models import ProductionOrder, StageReport
from pinshop.core import files

NO_FILE = "0" * 64
_PERSONAL = ("ship_to", "notes")


def erase(*, order_ids: Collection[UUID], now: datetime) -> list[str]:
    """Erase where these orders' pins went and the drawings of them, in the caller's transaction; returns the rows' ids."""
    rows = list(ProductionOrder.objects.filter(line__order__in=order_ids))
    reports = StageReport.objects.filter(production_order__in=rows)
    unused = {each for row in rows for each in (row.tech_pack_sha256, row.die_lines_sha256)}
    unused |= set(reports.values_list("photo_sha256", flat=True))
    for row in rows:
        request = {name: value for name, value in row.request.items() if name not in _PERSONAL}
        ProductionOrder.objects.filter(pk=row.pk).update(
            request=request, die_lines_sha256=NO_FILE, tracking_number="", problem="", reason="." if row.reason else ""
        )
        ProductionOrder.objects.filter(pk=row.pk).exclude(tech_pack_sha256="").update(tech_pack_sha256=NO_FILE)
    reports.update(photo_sha256="", data={})
    files.forget(unused - {NO_FILE, ""}, now=now)
    return [str(row.pk) for row in rows]
