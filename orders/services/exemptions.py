"""Certificates that free a buyer from tax: handed in by the buyer, decided by staff."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from orders.enums import CertificateState
from orders.models import ExemptionCertificate
from orders.services import notices
from pinshop.accounts.owners import Owner
from pinshop.core import audit, files
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Forbidden, Invalid, NotFound

MAX_BYTES = 10 * 1024 * 1024
# What staff can look at, told by its first bytes: never by its name.
_KINDS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class AlreadyDecided(Conflict):
    """The certificate was approved or declined before."""

    code = "already_decided"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate holds: a country, or a state or province of it."""

    country: str
    region: str = ""


def hand_in(*, owner: Owner, place: Place, content: bytes, file_name: str, now: datetime) -> ExemptionCertificate:
    """Store a certificate for staff to look at. The same file for the same place again is the same certificate.

    Raises Invalid for what is no PDF, PNG or JPEG or too large, Forbidden for guests: they have no later orders.
    """
    if owner.user_id is None and owner.business_id is None:
        raise Forbidden(gettext("Sign in first: the certificate then counts for this order and for later ones."))
    kind = next((media for start, media in _KINDS.items() if content.startswith(start)), "")
    if not kind or len(content) > MAX_BYTES:
        message = gettext("Upload the certificate as PDF, PNG or JPEG of at most 10 MB.")
        raise Invalid(message, fields={"file": message})
    with transaction.atomic():
        stored = files.put(content, media_type=kind, now=now)
        row, _ = ExemptionCertificate.objects.get_or_create(
            **owner.fields(),
            country=place.country.upper(),
            region=place.region.upper(),
            file=stored,
            defaults={"file_name": file_name[-120:] or "certificate", "created_at": now},
        )
    return row


def decide(
    *,
    certificate_id: UUID,
    state: CertificateState,
    answer: str,
    actor: Actor,
    now: datetime,
    valid_to: date | None = None,
) -> ExemptionCertificate:
    """Staff approve or decline a certificate; its buyer is told. Approved, it counts for quotes made from now on.

    Raises AlreadyDecided, NotFound.
    """
    with transaction.atomic():
        pending = ExemptionCertificate.objects.filter(pk=certificate_id, state=CertificateState.PENDING)
        if not pending.update(state=state, answer=answer[:300], valid_to=valid_to, decided_at=now):
            row = ExemptionCertificate.objects.filter(pk=certificate_id).first()
            if row is None:
                raise NotFound(gettext("There is no such certificate."))
            raise AlreadyDecided(
                gettext("This certificate is %(state)s already.") % {"state": row.get_state_display().lower()}
            )
        row = ExemptionCertificate.objects.select_related("user", "business").get(pk=certificate_id)
        audit.record(subject=row, action=f"exemption.{state}", actor=actor, now=now, data={"answer": answer})
        notices.exemption_decided(row, now=now)
    return row
