"""Artwork comes in: checked by its first bytes, stored once and privately, handed to a worker."""

from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.spec import PinSpec
from designs import engine, rights
from designs.errors import DesignChanged, RightsNotConfirmed
from designs.flatten import FlattenChoices
from designs.models import Artwork, Design
from designs.selectors import designs
from designs.services import choices, flattening, transitions
from designs.states import DesignState
from pinshop.accounts.owners import Owner
from pinshop.core import audit, files
from pinshop.core.actors import Actor


def receive(
    *,
    content: bytes,
    filename: str,
    owner: Owner,
    rights_accepted: bool,
    spec: PinSpec,
    actor: Actor,
    now: datetime,
    flatten: FlattenChoices | None = None,
) -> Design:
    """Store an artwork as a new design and send it to be flattened.

    Raises RightsNotConfirmed, ArtworkRefused (empty, over 25 MB, not a picture: by the first bytes, never by the name)
    or ChoiceInvalid; then nothing is stored. The bytes are decoded by a worker only. Not repeatable by itself: callers
    hold an idempotency key.
    """
    _confirmed(rights_accepted)
    media_type = engine.sniff(content)
    wanted = flatten or FlattenChoices()
    choices.check(spec=spec, flatten=wanted)
    stored = files.put(content, media_type=media_type, now=now)
    with transaction.atomic():
        artwork = keep(sha256=stored.sha256, media_type=media_type, size=len(content), filename=filename, now=now)
        design = Design.objects.create(
            **owner.fields(),
            name=_title(artwork.name),
            artwork=artwork,
            spec=spec.to_json(),
            flatten=wanted.to_json(),
            rights_version=rights.VERSION,
            rights_accepted_at=now,
            created_at=now,
            updated_at=now,
        )
        audit.record(
            subject=design,
            action="design.received",
            actor=actor,
            now=now,
            note="Artwork received",
            data={"sha256": stored.sha256, "media_type": media_type, "size": len(content)},
        )
        flattening.enqueue(design_id=design.id, version=design.version, now=now)
    return design


def replace(
    *,
    design_id: UUID,
    owner: Owner,
    version: int,
    content: bytes,
    filename: str,
    rights_accepted: bool,
    actor: Actor,
    now: datetime,
) -> Design:
    """Put another artwork into a design and keep its choices: what a customer does after a failure.

    Raises as `receive` does, DesignNotFound, and DesignChanged where `version` is not the current one. The same bytes
    again change nothing.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    _confirmed(rights_accepted)
    media_type = engine.sniff(content)
    stored = files.put(content, media_type=media_type, now=now)
    if design.artwork.sha256 == stored.sha256:
        return design
    with transaction.atomic():
        artwork = keep(sha256=stored.sha256, media_type=media_type, size=len(content), filename=filename, now=now)
        exchange(design_id=design_id, version=version, artwork=artwork, actor=actor, now=now, confirmed=True)
    return designs.get_design(design_id=design_id, owner=owner)


def exchange(*, design_id: UUID, version: int, artwork: Artwork, actor: Actor, now: datetime, confirmed: bool) -> None:
    """Give a design another artwork and flatten it anew, in the caller's transaction; raises DesignChanged.

    `confirmed` is set where the uploader is the customer, who confirms the rights again; staff redraw what was confirmed.
    """
    rights_given = {"rights_version": rights.VERSION, "rights_accepted_at": now} if confirmed else {}
    moved = transitions.move_design(
        design_id=design_id,
        to=DesignState.RECEIVED,
        actor=actor,
        now=now,
        seen=version,
        version=version + 1,
        note="New artwork received",
        artwork=artwork,
        hides_artwork=False,
        error_code="",
        error_message="",
        **rights_given,
    )
    if not moved:
        raise DesignChanged(
            gettext("This design was changed in another window. Look at it again and repeat your change.")
        )
    flattening.enqueue(design_id=design_id, version=version + 1, now=now)


def keep(*, sha256: str, media_type: str, size: int, filename: str, now: datetime) -> Artwork:
    """The row of an upload: the name is only ever shown, never used as a path."""
    name = PurePath(filename.replace("\\", "/")).name.replace("\x00", "")[-200:] or "artwork"
    return Artwork.objects.create(sha256=sha256, media_type=media_type, size=size, name=name, created_at=now)


def _confirmed(rights_accepted: bool) -> None:  # noqa: FBT001 - one private flag
    if not rights_accepted:
        raise RightsNotConfirmed(
            gettext("Confirm that you have the right to this artwork; without that we cannot make a pin of it."),
            fields={"rights": gettext("Tick this box to go on.")},
        )


def _title(filename: str) -> str:
    words = PurePath(filename).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words)[:120].strip().capitalize() or "My pin"
