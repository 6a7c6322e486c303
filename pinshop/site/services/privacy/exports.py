"""A copy of everything that is held about a person: made by a worker, fetched by a signed link that expires."""

import json
import tempfile
import zipfile
from datetime import datetime, timedelta
from io import BufferedIOBase
from shutil import copyfileobj
from typing import IO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from catalog.selectors import personal as catalog
from designs.selectors import personal as designs
from orders.claims.selectors import personal as claims
from orders.selectors import personal as orders
from pinshop.accounts import selectors
from pinshop.core import audit, files, mail, outbox, personal
from pinshop.core.actors import Actor
from pinshop.core.files import FileGone
from pinshop.core.personal import Held
from pinshop.site.services.privacy import people
from pinshop.site.services.privacy.people import Person

TOPIC = "site.privacy.export"
_README = """This is what {shop} holds about you, as of {when:%Y-%m-%d %H:%M} UTC.

The .json files hold the records: one file for each kind. Times are in UTC, amounts ("..._minor") in the smallest unit of
their currency. The folders hold files: your artwork, the proofs you were sent, your invoices.

Questions: {support}
"""


def ask(*, person: Person, actor: Actor, now: datetime) -> None:
    """Have the copy made and its link mailed to the person's own address; once a day, however often this is called."""
    key = f"{person.subject}:{now:%Y-%m-%d}"
    with transaction.atomic():
        outbox.enqueue(TOPIC, payload={"subject": person.subject}, key=key, now=now)
        audit.record(subject=person.row, action="privacy.copy_asked", actor=actor, now=now)


def deliver(*, subject: str, message_id: UUID, now: datetime) -> bool:
    """Make the copy and mail its link; again it mails nothing more. Raises NotFound where the person is gone."""
    person = people.get(subject)
    with tempfile.TemporaryFile() as made:
        _write(made, _list_held(person, now=now), now=now)
        made.seek(0)
        ends = now + timedelta(days=settings.EXPORT_DAYS)
        # The link may be good for a quarter longer than asked (files.link), so the file is kept for that as well.
        stored = files.put_passing(
            cast("BufferedIOBase", made),
            media_type="application/zip",
            expires_at=ends + timedelta(days=settings.EXPORT_DAYS),
            now=now,
        )
    path = files.link(
        stored.sha256, name="your-data.zip", seconds=int(timedelta(days=settings.EXPORT_DAYS).total_seconds())
    )
    return mail.send(
        to=person.email,
        name="data_copy",
        context={"url": f"{settings.BASE_URL}{path}", "number": person.number, "ends": ends},
        key=f"data_copy:{message_id}",
        now=now,
        language=person.language,
    )


def _list_held(person: Person, *, now: datetime) -> Held:
    parts = [
        orders.list_held(order_ids=person.order_ids, now=now, user_id=person.user.pk if person.user else None),
        claims.list_held(order_ids=person.order_ids),
        designs.list_held(design_ids=person.design_ids),
        personal.list_mails(emails=person.emails, about=person.about),
    ]
    if person.user is not None:
        parts.append(selectors.list_held(user=person.user))
        parts.append(catalog.list_held(user_id=person.user.pk))
    return personal.merge(parts)


def _write(target: IO[bytes], held: Held, *, now: datetime) -> None:
    """The zip: piece by piece, so that many large artworks need no memory."""
    readme = _README.format(shop=settings.SHOP_NAME, when=now, support=settings.SUPPORT_EMAIL)
    missing: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records in held.records.items():
            archive.writestr(f"{name}.json", json.dumps(records, default=str, indent=2, ensure_ascii=False))
        for path, sha256 in held.files.items():
            try:
                source = files.open_file(sha256)
            except FileGone:
                missing.append(path)
                continue
            with source, archive.open(path, "w", force_zip64=True) as part:
                copyfileobj(source, part)
        if missing:
            readme += "\nNo longer stored:\n" + "".join(f"- {path}\n" for path in missing)
        archive.writestr("README.txt", readme)
