"""From a paid custom line to an approved one: proofs come and go, one hash is approved, and then it is final."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import connection

from catalog.models import PinVariant
from designs.errors import ProofChanged
from designs.models import Approval, Proof
from designs.services import proofs as design_proofs
from designs.services import reviews
from designs.states import RefusalGround
from orders import terms
from orders.models import Order, OrderLine
from orders.payments.models import Payment, Refund
from orders.selectors import orders
from orders.services import approvals, cancellations, fulfilment, payment_terms, proofing
from orders.services.approvals import NothingToApprove, TermsNotAccepted
from orders.services.cancellations import NotPartly, TooLateToCancel
from orders.services.checkout import PriceChanged
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.models import OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests.orders.factories import SPEC, make_line, make_order, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
ADA = Actor(kind="guest", id="ada", label="Guest")
TOTAL = Money(9500, "USD")


@pytest.fixture(autouse=True)
def _no_rendering() -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    route = outbox._routes["designs.proof.render"]
    outbox._routes["designs.proof.render"] = outbox._Route(lambda _message: None, "render", 1, None)
    yield
    outbox._routes["designs.proof.render"] = route


@pytest.fixture
def line(now: datetime) -> OrderLine:
    """A paid custom line whose work has begun."""
    found = make_line(make_order(now=now, paid_at=now))
    Payment.objects.create(
        order=found.order,
        state="succeeded",
        currency="USD",
        amount_minor=10_000,
        captured_minor=10_000,
        provider="stripe",
        session_id="cs_1",
        intent_id="pi_1",
        idempotency_key="one",
        expires_at=now,
        asked_at=now,
        created_at=now,
    )
    fulfilment.start(order_id=found.order_id, now=now)
    found.refresh_from_db()
    return found


def draw(proof_id: object, now: datetime) -> Proof:
    """What the render worker does to the row, and says."""
    measures = {"width_mm": 31.75, "height_mm": 31.75, "thickness_mm": 1.2, "weight_g": 5.0}
    digest = sha256(str(proof_id).encode()).hexdigest()
    Proof.objects.filter(pk=proof_id).update(
        state="staff_check",
        proof_hash=digest,
        pdf_sha256=digest,
        rendered_at=now,
        report={"rules_version": "1", "findings": [], "changes": []},
        measures={**measures, "colours": [], "posts": [], "cutouts": []},
        manifest={"spec": SPEC.to_json()},
    )
    proofing.rendered(proof_id=proof_id, now=now)
    return Proof.objects.get(pk=proof_id)


def send(proof: Proof, now: datetime) -> Proof:
    design_proofs.send(proof_id=proof.pk, actor=SYSTEM, now=now)
    outbox.drain(now=now + timedelta(seconds=1))
    return Proof.objects.get(pk=proof.pk)


def approve(line: OrderLine, proof: Proof, now: datetime, **changes: object) -> Approval:
    return approvals.approve(
        **{
            "line_id": line.pk,
            "proof_hash": proof.proof_hash,
            "shown_total": TOTAL,
            "terms_accepted": True,
            "actor": ADA,
            "now": now,
            **changes,
        }
    )


def state(line: OrderLine) -> str:
    return OrderLine.objects.values_list("state", flat=True).get(pk=line.pk)


def mails() -> set[str]:
    return set(OutgoingMail.objects.values_list("subject", flat=True))


def test_paid_line_gets_a_proof_with_its_order_on_the_sheet(line: OrderLine, now: datetime) -> None:
    proof = Proof.objects.get()
    assert (line.state, line.proof_id) == ("proofing", proof.pk)
    assert (proof.reference, proof.sheet["order_number"], proof.sheet["total"]) == (
        str(line.pk),
        line.order.number,
        "$95.00",
    )
    fulfilment.start(order_id=line.order_id, now=now)
    assert Proof.objects.count() == 1


def test_sent_proof_waits_for_the_customer_once(line: OrderLine, now: datetime) -> None:
    proof = send(draw(line.proof_id, now), now)
    assert state(line) == "awaiting_approval"
    assert proofing.sent(proof_id=proof.pk, now=now) is False
    assert "Your proof of Sleepy fox is ready" in mails()
    assert orders.state_of(orders.get_any(order_id=line.order_id)) == "waiting_for_you"


def test_approval_stores_hash_price_and_terms_and_goes_to_the_factory_once(line: OrderLine, now: datetime) -> None:
    proof = send(draw(line.proof_id, now), now)
    first = approve(line, proof, now)
    assert approve(line, proof, now).pk == first.pk
    assert (first.proof_hash, first.price_minor, first.terms_version) == (
        proof.proof_hash,
        9500,
        terms.OWED.version,
    )
    assert state(line) == "approved"
    assert OutboxMessage.objects.filter(topic=payment_terms.APPROVED_TOPIC).count() == 1
    assert "You approved the proof of Sleepy fox" in mails()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"terms_accepted": False}, TermsNotAccepted),
        ({"shown_total": Money(9499, "USD")}, PriceChanged),
        ({"proof_hash": "0" * 64}, ProofChanged),
    ],
)
def test_approval_of_something_else_is_refused_and_changes_nothing(
    line: OrderLine, now: datetime, changes: dict[str, object], refusal: type[Exception]
) -> None:
    proof = send(draw(line.proof_id, now), now)
    with pytest.raises(refusal):
        approve(line, proof, now, **changes)
    assert (state(line), Approval.objects.count()) == ("awaiting_approval", 0)


def test_proof_that_was_not_sent_cannot_be_approved(line: OrderLine, now: datetime) -> None:
    with pytest.raises(NothingToApprove):
        approve(line, draw(line.proof_id, now), now)


def test_wish_for_changes_takes_the_line_back_and_the_next_revision_brings_it_forward(
    line: OrderLine, now: datetime
) -> None:
    first = send(draw(line.proof_id, now), now)
    wish = uuid4()
    for _ in range(2):
        approvals.request_changes(line_id=line.pk, comment_id=wish, text="A darker blue.", actor=ADA, now=now)
    outbox.drain(now=now + timedelta(seconds=1))
    assert state(line) == "proofing"
    assert "We have your wishes for Sleepy fox" in mails()
    second = design_proofs.revise(proof_id=first.pk, actor=SYSTEM, now=now)
    second = send(draw(second.pk, now), now)
    line.refresh_from_db()
    assert (line.state, line.proof_id) == ("awaiting_approval", second.pk)
    with pytest.raises(ProofChanged):
        approve(line, first, now)
    proofing.sent(proof_id=first.pk, now=now)
    assert approve(line, second, now).proof_id == second.pk


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_wish_at_once_one_wins(line: OrderLine, now: datetime) -> None:
    proof = send(draw(line.proof_id, now), now)
    barrier, outcomes = threading.Barrier(8), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            if number % 2:
                approve(line, proof, now)
                outcomes.append("yes")
            else:
                approvals.request_changes(line_id=line.pk, comment_id=uuid4(), text="Bluer.", actor=ADA, now=now)
                outcomes.append("wish")
        except (ProofChanged, NothingToApprove):
            outcomes.append("refused")
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(outcomes) == 8
    ends = {"approved": {"yes", "refused"}, "proofing": {"wish", "refused"}}
    assert set(outcomes) <= ends[state(line)]


def test_customer_cancels_free_until_the_proof_is_approved(line: OrderLine, now: datetime) -> None:
    proof = send(draw(line.proof_id, now), now)
    cancellations.cancel(order_id=line.order_id, reason="", actor=ADA, now=now)
    assert (state(line), Refund.objects.get().amount_minor) == ("cancelled", 10_000)
    assert Proof.objects.get(pk=proof.pk).state == "superseded"
    assert cancellations.cancel(order_id=line.order_id, reason="", actor=ADA, now=now) == []


def test_after_the_approval_only_staff_cancel(line: OrderLine, now: datetime) -> None:
    approve(line, send(draw(line.proof_id, now), now), now)
    with pytest.raises(TooLateToCancel):
        cancellations.cancel(order_id=line.order_id, reason="", actor=ADA, now=now)
    assert (state(line), Refund.objects.count()) == ("approved", 0)
    cancellations.cancel_by_staff(order_id=line.order_id, reason="Agreed.", actor=SYSTEM, now=now)
    assert (state(line), Refund.objects.count()) == ("cancelled", 1)


def test_cancelling_one_of_two_lines_refunds_that_line(line: OrderLine, now: datetime) -> None:
    pins = make_line(line.order, kind="ready", state="picking", quantity=1, total_minor=400)
    Order.objects.filter(pk=line.order_id).update(total_minor=10_400, subtotal_minor=9_900)
    Payment.objects.update(captured_minor=10_400)
    cancellations.cancel_line(line_id=pins.pk, reason="Lost.", actor=SYSTEM, now=now)
    assert [refund.amount_minor for refund in Refund.objects.all()] == [400]
    cancellations.cancel_line(line_id=line.pk, reason="Too.", actor=SYSTEM, now=now)
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [400, 10_000]


def test_unpaid_order_is_cancelled_whole(now: datetime) -> None:
    order = make_order(now=now)
    first = make_line(order)
    make_line(order)
    with pytest.raises(NotPartly):
        cancellations.cancel(order_id=order.pk, line_ids=[first.pk], reason="", actor=ADA, now=now)
    assert len(cancellations.cancel(order_id=order.pk, reason="", actor=ADA, now=now)) == 2


def test_refused_design_cancels_its_line_refunds_it_and_says_why(line: OrderLine, now: datetime) -> None:
    assert line.design_id is not None
    for _ in range(2):
        reviews.refuse(
            design_id=line.design_id, ground=RefusalGround.RIGHTS, note="It is a film studio's.", actor=SYSTEM, now=now
        )
    outbox.drain(now=now + timedelta(seconds=1))
    assert (state(line), Refund.objects.get().amount_minor) == ("cancelled", 10_000)
    mail = OutgoingMail.objects.get(subject="We cannot make Sleepy fox")
    assert "It is a film studio's." in mail.text


def test_design_refused_in_production_is_left_to_staff(line: OrderLine, now: datetime) -> None:
    OrderLine.objects.filter(pk=line.pk).update(state="struck")
    assert line.design_id is not None
    cancellations.refuse_design(design_id=line.design_id, ground="rights", note="No.", now=now)
    assert state(line) == "struck"
    assert Order.objects.get().attention == "The design of Sleepy fox was refused while the line is struck."


def test_orders_never_paid_are_cancelled_when_their_quote_ends(now: datetime) -> None:
    order = make_order(now=now)
    make_line(order)
    assert cancellations.cancel_unpaid(now=now - timedelta(seconds=1)) == 0
    assert cancellations.cancel_unpaid(now=now) == 1
    assert cancellations.cancel_unpaid(now=now) == 0
    assert orders.state_of(orders.get_any(order_id=order.pk)) == "cancelled"


def test_variant_of_a_cancelled_paid_line_is_back_on_the_shelf(now: datetime) -> None:
    variant: PinVariant = make_variant(now=now, on_hand=4)
    order = make_order(now=now, paid_at=now)
    pins = make_line(order, kind="ready", variant=variant, quantity=3, state="picking")
    cancellations.cancel_line(line_id=pins.pk, reason="Lost.", actor=SYSTEM, now=now)
    variant.stock.refresh_from_db()
    assert variant.stock.on_hand == 7
