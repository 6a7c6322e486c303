"""The customer's change to a proof: a mend that it offers, or another process. It never costs more than was paid.

What it costs is the price of the line under the price table of its order, with the colours that were charged, or the fewer
that a mend leaves. A change that costs less gives the difference back at once, with the tax on it; shipping stays as paid.
One that costs more is left to staff.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from catalog.prices import LinePrice, PriceTable
from catalog.selectors import options, prices
from catalog.services import lead_times, pricing
from designs.errors import ProofNotFound
from designs.models import Proof
from designs.selectors import proofs as proof_rows
from designs.services import amendments, choices, proofs
from designs.services.amendments import Amendment
from designs.states import ProofState
from orders.enums import RequoteState
from orders.models import Order, OrderLine, Requote
from orders.payments.services import repayments
from orders.services import fulfilment, lines, notices, payment_terms, repricing
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound, PinshopError
from pinshop.core.money import Money, zero
from pinshop.core.words import Sentence


class CostsMore(Conflict):
    """The change costs more than was paid; `extra` has the line's total as paid and as it would be."""

    code = "costs_more"


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that the customer may look at: `saves` is what the line costs less; `refusal` says why it cannot be taken."""

    code: str
    words: str
    note: str
    saves: Money
    refusal: str = ""


def list_mends(*, line: OrderLine, proof: Proof) -> list[Offer]:
    """What the findings of a proof offer, priced."""
    plan = partial(amendments.by_mend, proof=proof, options=options.get_options())
    table = _table(line)
    return [
        _offer(line, partial(plan, mend=code), table, code=code, words=Sentence(choices.MENDS[code]))
        for code in amendments.list_mends(proof)
    ]


def list_processes(*, line: OrderLine, proof: Proof) -> list[Offer]:
    """Every process but that of the proof, priced, or with the reason why it cannot be had."""
    offered = options.get_options()
    plan = partial(amendments.by_process, proof=proof, options=offered)
    table = _table(line)
    return [
        _offer(line, partial(plan, process=each.code), table, code=each.code, words=each.name, note=each.description)
        for each in offered.processes
        if each.code != proof.spec["process"]
    ]


def mend(*, line_id: UUID, proof_id: UUID, proof_hash: str, mend: str, actor: Actor, now: datetime) -> Proof:
    """Have the proof with this hash mended: the next revision, which staff check again. The same again is the same.

    Callers have checked that the line is the actor's. Raises CostsMore, and designs' MendGone, ProofChanged,
    ProofNotFound, ChoiceInvalid and DesignRefused; nothing is changed then.
    """
    return _amend(line_id, proof_id, proof_hash, partial(amendments.by_mend, mend=mend), actor=actor, now=now)


def change_process(
    *, line_id: UUID, proof_id: UUID, proof_hash: str, process: str, actor: Actor, now: datetime
) -> Proof:
    """Have the proof with this hash made by another process; as `mend`."""
    plan = partial(amendments.by_process, process=process)
    return _amend(line_id, proof_id, proof_hash, plan, actor=actor, now=now)


def _amend(
    line_id: UUID,
    proof_id: UUID,
    proof_hash: str,
    plan: Callable[..., Amendment],
    *,
    actor: Actor,
    now: datetime,
) -> Proof:
    with transaction.atomic():
        line = _lock(line_id)
        proof = proof_rows.get_proof(proof_id=proof_id)
        if proof.reference != str(line_id):
            raise ProofNotFound(gettext("There is no such proof of this line."))
        amendment = plan(proof=proof, options=options.get_options())
        # Of a page that is old, or of a second press, nothing is left to settle; designs then tells the one from the other.
        if proof.state == ProofState.AWAITING_APPROVAL and proof.proof_hash == proof_hash:
            _settle(line, amendment, actor=actor, now=now)
        revision = proofs.amend(
            proof_id=proof_id,
            proof_hash=proof_hash,
            amendment=amendment,
            sheet=fulfilment.sheet_of(line),
            actor=actor,
            now=now,
        )
        note = f"You asked for a new revision of {line.title}: “{amendment.words}”."
        if lines.return_to_proofing(line_id=line_id, actor=actor, now=now, note=note):
            notices.changes_received(line, text=Sentence(gettext_noop("%(change)s."), change=amendment.words), now=now)
    return revision


def _lock(line_id: UUID) -> OrderLine:
    """The line, locked with its order and after it, as a cancellation does: amounts of both may change."""
    order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order line."))
    line = OrderLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    line.order = order
    return line


def _offer(
    line: OrderLine, plan: Callable[[], Amendment], table: PriceTable, *, code: str, words: str, note: str = ""
) -> Offer:
    try:
        saves = Money(line.total_minor, line.order.currency) - _price(line, plan(), table).total
    except PinshopError as refusal:
        return Offer(code, words, note, zero(line.order.currency), refusal.message)
    return Offer(code, words, note, saves)


def _table(line: OrderLine) -> PriceTable:
    """The prices under which the line was ordered."""
    return prices.get_table(currency=line.order.currency, version=str(line.order.price_version))


def _price(line: OrderLine, amendment: Amendment, table: PriceTable) -> LinePrice:
    """What the line would cost; raises CostsMore above what it costs now."""
    if line.spec == amendment.spec.to_json():
        return LinePrice.from_json(line.price)
    price = pricing.price_line(spec=amendment.spec, quantity=line.quantity, table=table)
    paid = Money(line.total_minor, line.order.currency)
    if paid < price.total:
        raise CostsMore(
            gettext(
                "This costs %(more)s more than you paid (%(total)s in place of %(before)s). Ask us to "
                "change it, and we tell you how to go on."
            )
            % {"more": price.total - paid, "total": price.total, "before": paid},
            total_minor=price.total.amount_minor,
            paid_minor=paid.amount_minor,
        )
    return price


def _settle(line: OrderLine, amendment: Amendment, *, actor: Actor, now: datetime) -> None:
    """Write down what is made now, and give back what it costs less."""
    price = _price(line, amendment, _table(line))
    spec = amendment.spec.to_json()
    if line.spec == spec:
        return
    # A price that was proposed before counts with what this line was.
    open_prices = Requote.objects.filter(order=line.order, state=RequoteState.OPEN)
    open_prices.update(state=RequoteState.WITHDRAWN, answered_at=now)
    saved = Money(line.total_minor, line.order.currency) - price.total
    line.spec, line.price, line.total_minor = spec, price.to_json(), price.total.amount_minor
    line.ship_by_date = lead_times.ship_by(spec=amendment.spec, quantity=line.quantity, start=now.date())
    line.updated_at = now
    line.save(update_fields=["spec", "price", "total_minor", "ship_by_date", "updated_at"])
    if saved:
        _give_back(line, saved, amendment, actor=actor, now=now)


COSTS_LESS = gettext_noop("%(title)s costs %(saved)s less: “%(change)s”.")
LOWERED = gettext_noop("%(title)s: costs less")


def _give_back(line: OrderLine, saved: Money, amendment: Amendment, *, actor: Actor, now: datetime) -> None:
    order = line.order
    back = repricing.reprice(order=order)
    reason = Sentence(COSTS_LESS, title=line.title, saved=saved, change=amendment.words)
    audit.record(
        subject=order,
        action="line.repriced",
        actor=actor,
        now=now,
        note=reason,
        data={"line_id": str(line.pk), "total_minor": line.total_minor, "refund_minor": back.amount.amount_minor},
    )
    repayments.give_back_what_is_left(
        order_id=order.pk,
        parts=[repayments.of_surplus(back.amount, Sentence(LOWERED, title=line.title), tax=back.tax)],
        reason=reason,
        # The line's new total falls with each change that saves, so it names this one.
        key=f"amended:{line.pk}:{line.total_minor}",
        actor=actor,
        now=now,
    )
    payment_terms.go_on(order_id=order.pk, key=f"amended:{line.pk}:{line.total_minor}", actor=actor, now=now)
