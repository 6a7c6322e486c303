"""Photos that a manufacturer takes at the quality check: fetched, compared with their hash, kept."""

import hashlib
from datetime import datetime

from orders.manufacturing.models import StageReport
from orders.manufacturing.services import factory_api
from pinshop.core import files
from pinshop.core.outbox import GiveUp

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def fetch(*, report_id: int, now: datetime) -> bool:
    """Store the photo of a report. False where it is there already. Raises RetryLater, GiveUp (not what was announced)."""
    report = StageReport.objects.select_related("manufacturer").get(pk=report_id)
    if report.photo_sha256:
        return False
    announced = report.data.get("photo", {})
    data = factory_api.photo(manufacturer=report.manufacturer, url=str(announced.get("url", "")))
    if hashlib.sha256(data).hexdigest() != announced.get("sha256"):
        raise GiveUp("the photo is not the one that was announced: its SHA-256 differs")
    media_type = next((kind for magic, kind in _PICTURES.items() if data.startswith(magic)), None)
    if media_type is None:
        raise GiveUp("the photo is neither PNG nor JPEG")
    stored = files.put(data, media_type=media_type, now=now)
    return bool(StageReport.objects.filter(pk=report_id, photo_sha256="").update(photo_sha256=stored.sha256))
