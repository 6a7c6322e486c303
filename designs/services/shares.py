"""Showing a design to others by a link, and taking a copy of one: the copy is a design of its own."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from designs import rights
from designs.errors import DesignNotFound, DesignNotReady, RightsNotConfirmed
from designs.models import Artwork, Design, Share
from designs.selectors import designs
from designs.services import flattening
from designs.states import DesignState
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import Actor

TOKEN_BYTES = 32


def open_link(*, design_id: UUID, owner: Owner, actor: Actor, now: datetime) -> Share:
    """The link of a design, made where there is none: pressed twice it is the same. Raises DesignNotFound, DesignNotReady."""
    design = _ready(designs.get_design(design_id=design_id, owner=owner))
    with transaction.atomic():
        made = Share(token=secrets.token_urlsafe(TOKEN_BYTES), design=design, created_at=now)
        Share.objects.bulk_create([made], ignore_conflicts=True)
        share = Share.objects.get(design=design, revoked_at__isnull=True)
        if share.token == made.token:
            audit.record(subject=design, action="design.shared", actor=actor, now=now)
    return share


def revoke(*, design_id: UUID, owner: Owner, actor: Actor, now: datetime) -> bool:
    """Close the link of a design for good; False where there is none open. Copies that were taken stay with their owners."""
    design = designs.get_design(design_id=design_id, owner=owner)
    with transaction.atomic():
        if not Share.objects.filter(design=design, revoked_at__isnull=True).update(revoked_at=now):
            return False
        audit.record(subject=design, action="design.unshared", actor=actor, now=now)
    return True


def find_shared(*, token: str) -> Design:
    """The design behind an open link; raises DesignNotFound for every other token, and while it cannot be shown."""
    share = Share.objects.select_related("design__artwork").filter(token=token, revoked_at__isnull=True).first()
    if share is None or share.design.state != DesignState.READY:
        raise DesignNotFound(
            gettext("There is nothing behind this link (any more). Ask whoever sent it for a new one.")
        )
    return share.design


def copy_shared(*, token: str, owner: Owner, rights_accepted: bool, actor: Actor, now: datetime) -> Design:
    """A copy of a shared design for whoever has the link, who confirms the right to have it made. The upload stays hidden.

    Not repeatable by itself: callers hold an idempotency key. Raises DesignNotFound, RightsNotConfirmed.
    """
    if not rights_accepted:
        raise RightsNotConfirmed(
            gettext("Confirm that you may have this design made; without that we cannot make a pin of it."),
            fields={"rights": gettext("Tick this box to go on.")},
        )
    source = find_shared(token=token)
    is_own = Design.objects.filter(owner.where(), pk=source.pk).exists()
    return _copy(source, owner, name=source.name, hides=source.hides_artwork or not is_own, actor=actor, now=now)


def duplicate(*, design_id: UUID, owner: Owner, actor: Actor, now: datetime) -> Design:
    """A second design that starts as this one is now. Not repeatable by itself. Raises DesignNotFound, DesignNotReady."""
    source = _ready(designs.get_design(design_id=design_id, owner=owner))
    name = f"{source.name[:110]} (copy)"
    return _copy(source, owner, name=name, hides=source.hides_artwork, actor=actor, now=now)


def _ready(design: Design) -> Design:
    if design.state != DesignState.READY:
        raise DesignNotReady(
            gettext("%(name)s is not a pin yet: %(state)s.")
            % {"name": design.name, "state": design.get_state_display().lower()}
        )
    return design


def _copy(source: Design, owner: Owner, *, name: str, hides: bool, actor: Actor, now: datetime) -> Design:
    """The copy. Another person's has a row of its own for the artwork, so that erasing the one leaves the other's whole."""
    artwork, is_drawn = source.artwork, source.pictured_version >= source.version
    with transaction.atomic():
        design = Design.objects.create(
            **owner.fields(),
            name=name,
            artwork=_hidden(artwork, name=source.name, now=now) if hides else artwork,
            spec=source.spec,
            flatten=source.flatten,
            state=DesignState.READY,
            rights_version=rights.VERSION,
            rights_accepted_at=now,
            hides_artwork=hides,
            notes=source.notes,
            pinart_sha256=source.pinart_sha256,
            report=source.report,
            measures=source.measures,
            pictures={view: drawn for view, drawn in source.pictures.items() if not (hides and view == "artwork")},
            flattened_version=1,
            pictured_version=1 if is_drawn else 0,
            created_at=now,
            updated_at=now,
        )
        audit.record(subject=design, action="design.copied", actor=actor, now=now, data={"from": str(source.pk)})
        if not is_drawn:
            flattening.enqueue(design_id=design.id, version=design.version, now=now)
    return design


def _hidden(artwork: Artwork, *, name: str, now: datetime) -> Artwork:
    return Artwork.objects.create(
        sha256=artwork.sha256, media_type=artwork.media_type, size=artwork.size, name=name, created_at=now
    )
