"""The life of a proof: asked for, sent by staff, answered by the customer, replaced by the next revision."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from catalog.spec import PinSpec
from designs import engine
from designs.drawing import Drawing
from designs.errors import ChoiceInvalid, DesignNotFound, DesignRefused, FindingsOpen, ProofChanged
from designs.models import Approval, Design, Override, Proof, ProofComment
from designs.selectors import proofs
from designs.services import comments, transitions, uploads
from designs.services.amendments import Amendment
from designs.sheet import Sheet
from designs.states import OPEN_PROOFS, DesignState, ProofState
from pinshop.core import audit, files, outbox
from pinshop.core.actors import Actor
from pinshop.core.money import Money

RENDER_TOPIC = "designs.proof.render"
SENT_TOPIC = "orders.proof.sent"
CHANGES_TOPIC = "orders.proof.changes_requested"
# A request for what one of these shows already is answered with it.
_STANDING = (ProofState.RENDERING, ProofState.STAFF_CHECK, ProofState.AWAITING_APPROVAL, ProofState.APPROVED)


def request(
    *, design_id: UUID, spec: PinSpec, sheet: Sheet, actor: Actor, now: datetime, drawing: Drawing | None = None
) -> Proof:
    """Have the design drawn as the next revision for `sheet.reference`; a worker renders it.

    What is drawn is `drawing`, as it was priced; without one the design as it stands.

    Earlier open revisions of the same reference are superseded. Where the newest one stands and shows exactly this, it is
    returned and nothing happens. Raises DesignNotFound, DesignRefused.
    """
    with transaction.atomic():
        design = _lock(design_id)
        newest = proofs.list_proofs(design_id=design_id, reference=sheet.reference).first()
        shows = drawing or Drawing(design.artwork_id, design.flatten)
        if newest is not None and _stands(newest, shows, spec=spec, sheet=sheet):
            return newest
        return _next(design, shows, spec=spec, sheet=sheet, actor=actor, now=now)


def amend(*, proof_id: UUID, proof_hash: str, amendment: Amendment, sheet: Sheet, actor: Actor, now: datetime) -> Proof:
    """The customer has the proof that they look at made differently: the next revision, which staff check again.

    The artwork stays that of the proof. The same amendment of the same hash again returns the revision that it made.
    Only `orders` calls this, in its transaction. Raises ProofChanged for another hash and where the proof does not wait
    for the customer any more, DesignRefused, ProofNotFound.
    """
    with transaction.atomic():
        proof = proofs.get_proof(proof_id=proof_id)
        design = _lock(proof.design_id)
        shows = Drawing(proof.artwork_id, amendment.flatten.to_json())
        newest = proofs.get_newest(proof)
        if newest.pk != proof.pk:
            if proof.proof_hash == proof_hash and _stands(newest, shows, spec=amendment.spec, sheet=sheet):
                return newest
            raise _moved_on(newest)
        if newest.state != ProofState.AWAITING_APPROVAL or not transitions.move_proof(
            proof_id=proof_id,
            to=ProofState.SUPERSEDED,
            actor=actor,
            now=now,
            seen=proof_hash,
            note=f"The customer's change: {amendment.words}",
        ):
            raise _moved_on(proofs.get_proof(proof_id=proof_id))
        return _next(design, shows, spec=amendment.spec, sheet=sheet, actor=actor, now=now)


def revise(*, proof_id: UUID, actor: Actor, now: datetime) -> Proof:
    """The next revision for the same order line, from the design as it stands now; as `request`.

    What is ordered, and what the sheet says, is as in the newest revision: the customer may have changed the process.
    """
    proof = proofs.get_newest(proofs.get_proof(proof_id=proof_id))
    return request(
        design_id=proof.design_id,
        spec=PinSpec.from_json(proof.spec),
        sheet=Sheet.from_json(proof.sheet),
        actor=actor,
        now=now,
    )


def upload_revision(*, proof_id: UUID, content: bytes, filename: str, note: str, actor: Actor, now: datetime) -> Proof:
    """Staff put redrawn artwork into the design and have the next revision made from it.

    The choices stay those of the newest revision, with the mends that the customer took.

    Raises ProofNotFound, ArtworkRefused, DesignRefused, or ProofChanged for a proof that was approved. The same bytes
    again return the revision that they made.
    """
    media_type = engine.sniff(content)
    before = proofs.get_newest(proofs.get_proof(proof_id=proof_id))
    if before.state == ProofState.APPROVED:
        raise ProofChanged(gettext("This proof is approved; what was approved is what is made."))
    stored = files.put(content, media_type=media_type, now=now)
    with transaction.atomic():
        design = _lock(before.design_id)
        if design.artwork.sha256 != stored.sha256:
            artwork = uploads.keep(
                sha256=stored.sha256, media_type=media_type, size=len(content), filename=filename, now=now
            )
            uploads.exchange(
                design_id=design.id, version=design.version, artwork=artwork, actor=actor, now=now, confirmed=False
            )
            audit.record(subject=before, action="proof.redrawn", actor=actor, now=now, note=note)
            design = _lock(before.design_id)
        return request(
            design_id=design.id,
            spec=PinSpec.from_json(before.spec),
            sheet=Sheet.from_json(before.sheet),
            drawing=Drawing(design.artwork_id, before.flatten),
            actor=actor,
            now=now,
        )


def send(*, proof_id: UUID, actor: Actor, now: datetime) -> Proof:
    """Staff have checked the proof and pass it to the customer. A second call changes nothing.

    One with a blocking finding cannot be approved: its customer is asked to mend it or to change the process, unless
    staff override the finding. Raises ProofChanged where the proof is in another state.
    """
    with transaction.atomic():
        moved = transitions.move_proof(
            proof_id=proof_id,
            to=ProofState.AWAITING_APPROVAL,
            actor=actor,
            now=now,
            note="Proof checked and sent",
            sent_at=now,
        )
        proof = proofs.get_proof(proof_id=proof_id)
        if moved:
            _tell(SENT_TOPIC, proof, now=now)
        elif proof.state != ProofState.AWAITING_APPROVAL:
            raise _moved_on(proof)
    return proof


def override(*, proof_id: UUID, rule: str, reason: str, actor: Actor, now: datetime) -> Override:
    """Staff decide that a blocking finding may be made all the same; the first reason stays.

    Raises ChoiceInvalid without a reason or for a rule that does not block this proof, ProofNotFound.
    """
    proof = proofs.get_proof(proof_id=proof_id)
    if not reason.strip():
        raise ChoiceInvalid(
            gettext("Say why this may be made all the same."), fields={"reason": gettext("A reason is needed.")}
        )
    report = proofs.report_of(proof)
    if report is None or rule not in {finding.rule for finding in report.blocking()}:
        raise ChoiceInvalid(
            gettext("The rule %(rule)s does not block this proof.") % {"rule": f"{rule!r}"},
            fields={"rule": gettext("It does not block.")},
        )
    with transaction.atomic():
        row, is_new = Override.objects.get_or_create(
            proof=proof,
            rule=rule,
            defaults={
                "reason": reason.strip(),
                "staff": actor.label[:200],
                "staff_id": actor.id[:40],
                "created_at": now,
            },
        )
        if is_new:
            audit.record(
                subject=proof,
                action="proof.overridden",
                actor=actor,
                now=now,
                data={"rule": rule, "reason": reason.strip()},
            )
    return row


def request_changes(
    *,
    proof_id: UUID,
    comment_id: UUID,
    text: str,
    actor: Actor,
    now: datetime,
    spot: tuple[float, float] | None = None,
) -> ProofComment:
    """The customer asks for changes, perhaps at a spot; staff answer with the next revision.

    The same `comment_id` again returns the first comment. Raises ProofChanged where the proof does not wait for an
    approval any more, ChoiceInvalid for a text or a spot that is not right.
    """
    with transaction.atomic():
        known = ProofComment.objects.filter(id=comment_id, proof_id=proof_id).first()
        if known is not None:
            return known
        moved = transitions.move_proof(
            proof_id=proof_id, to=ProofState.CHANGES_REQUESTED, actor=actor, now=now, note="Changes requested"
        )
        proof = proofs.get_proof(proof_id=proof_id)
        if not moved:
            raise _moved_on(proof)
        comment = comments.add(proof_id=proof_id, comment_id=comment_id, text=text, spot=spot, actor=actor, now=now)
        _tell(CHANGES_TOPIC, proof, now=now, text=comment.text)
    return comment


def approve(
    *, proof_id: UUID, proof_hash: str, price: Money, terms_version: str, actor: Actor, now: datetime
) -> Approval:
    """The customer's yes to exactly one hash. Only `orders` calls this, in its own transaction.

    The same hash again returns the first approval. Raises ProofChanged for another hash, a proof that was replaced or is
    in another state; FindingsOpen while a blocking finding has no override; ProofNotFound.
    """
    proof = proofs.get_proof(proof_id=proof_id)
    _no_findings(proof)
    with transaction.atomic():
        moved = transitions.move_proof(
            proof_id=proof_id,
            to=ProofState.APPROVED,
            actor=actor,
            now=now,
            seen=proof_hash,
            note="Proof approved",
            data={"hash": proof_hash, "price_minor": price.amount_minor, "currency": price.currency},
        )
        if not moved:
            known = Approval.objects.filter(proof_id=proof_id, proof_hash=proof_hash).first()
            if known is None:
                raise _moved_on(proofs.get_proof(proof_id=proof_id))
            return known
        return Approval.objects.create(
            proof=proof,
            proof_hash=proof_hash,
            price_minor=price.amount_minor,
            currency=price.currency,
            terms_version=terms_version,
            approver_kind=actor.kind,
            approver_id=actor.id[:40],
            approver=actor.label[:200],
            approved_at=now,
        )


def close_open(*, design_id: UUID, actor: Actor, now: datetime, reference: str | None = None) -> None:
    """Supersede every revision that is still open, in the caller's transaction; with `reference` only its own."""
    rows = proofs.list_proofs(design_id=design_id, reference=reference).filter(state__in=OPEN_PROOFS)
    for proof_id in list(rows.values_list("id", flat=True)):
        transitions.move_proof(proof_id=proof_id, to=ProofState.SUPERSEDED, actor=actor, now=now)


def _stands(proof: Proof, shows: Drawing, *, spec: PinSpec, sheet: Sheet) -> bool:
    """Whether the proof is good for what is wanted: nothing has to be drawn anew."""
    wanted = (shows.artwork_id, spec.to_json(), shows.flatten, sheet.to_json())
    return proof.state in _STANDING and (proof.artwork_id, proof.spec, proof.flatten, proof.sheet) == wanted


def _lock(design_id: UUID) -> Design:
    """The design's row, locked: revisions are numbered one after the other."""
    design = Design.objects.select_for_update(of=("self",)).select_related("artwork").filter(id=design_id).first()
    if design is None:
        raise DesignNotFound(gettext("There is no such design."))
    if design.state == DesignState.REFUSED:
        raise DesignRefused(
            gettext("This design was refused: %(refused_note)s") % {"refused_note": design.refused_note}
        )
    return design


def _next(design: Design, shows: Drawing, *, spec: PinSpec, sheet: Sheet, actor: Actor, now: datetime) -> Proof:
    close_open(design_id=design.id, reference=sheet.reference, actor=actor, now=now)
    last = Proof.objects.filter(design=design).aggregate(last=Max("revision"))["last"] or 0
    proof = Proof.objects.create(
        design=design,
        revision=last + 1,
        reference=sheet.reference,
        artwork_id=shows.artwork_id,
        spec=spec.to_json(),
        flatten=dict(shows.flatten),
        sheet=sheet.to_json(),
        created_at=now,
    )
    audit.record(subject=proof, action="proof.rendering", actor=actor, now=now, data={"revision": proof.revision})
    outbox.enqueue(RENDER_TOPIC, payload={"proof_id": str(proof.id)}, key=str(proof.id), now=now)
    return proof


def _no_findings(proof: Proof) -> None:
    blocking = proofs.list_blocking(proof)
    if blocking:
        rules = sorted({finding.rule for finding in blocking})
        raise FindingsOpen(
            gettext(
                "This proof cannot be made as it is: %(message)s Take a mend that it offers, choose "
                "another process, or ask us to change it."
            )
            % {"message": blocking[0].message},
            rules=rules,
        )


def _moved_on(proof: Proof) -> ProofChanged:
    return ProofChanged(
        gettext("Revision %(revision)s of this proof is now: %(label)s. Open the newest proof and look at it again.")
        % {"revision": proof.revision, "label": ProofState(proof.state).label.lower()},
        state=str(proof.state),
        proof_hash=proof.proof_hash or "",
    )


def _tell(topic: str, proof: Proof, *, now: datetime, **more: str) -> None:
    outbox.enqueue(
        topic,
        payload={
            "proof_id": str(proof.id),
            "design_id": str(proof.design_id),
            "reference": proof.reference,
            "revision": proof.revision,
            **more,
        },
        key=str(proof.id),
        now=now,
    )
