"""What code writes with figures in it reaches a German customer in German, also where it was stored in between."""

from datetime import datetime
from decimal import Decimal

import pytest

from designs import engine, rendering, report
from designs.rendering import wording
from designs.rendering.findings import narrow
from orders.models import Order, OrderLine
from orders.payments.gateway import RefundOutcome, RefundTruth
from orders.payments.models import Refund
from orders.payments.services import credit_notes, erasure, refunds
from orders.services import notices, payment_terms, unders
from pinshop.core import words
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry, OutgoingMail
from tests.orders.books import add_payment, make_paid_order
from tests.orders.factories import make_line, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
SAID = "Von 100 × Sleepy fox fehlen 3 Pins, deshalb erhalten Sie 2,85\N{NO-BREAK SPACE}$ zurück."
KEPT = "3 pins are missing of 100 × Sleepy fox, so $2.85 comes back."


@pytest.fixture
def line(now: datetime) -> OrderLine:
    """100 packed pins of a German customer."""
    return make_line(make_paid_order(now=now, language="de"), state="packed")


def _refunded(line: OrderLine, now: datetime) -> Refund:
    unders.refund_missing(line_id=line.pk, packed=97, now=now)
    refund = Refund.objects.get()
    done = RefundTruth(refund_id="re_1", state=RefundOutcome.SUCCEEDED, failure="")
    refunds.record(refund_id=refund.pk, truth=done, now=now)
    credit_notes.announce(refund_id=refund.pk, now=now)
    return refund


def test_reason_of_a_refund_is_kept_in_english_and_told_in_german(line: OrderLine, now: datetime) -> None:
    refund = _refunded(line, now)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "2,85\N{NO-BREAK SPACE}$ sind auf dem Weg zurück zu Ihnen"
    assert f"aus Bestellung {line.order.number} erstattet. {SAID} Bis Ihre Bank" in mail.text
    assert SAID in mail.html
    assert (refund.reason, AuditEntry.objects.get(action="line.short").note) == (KEPT, KEPT)


def test_reason_of_a_refund_in_english(now: datetime) -> None:
    _refunded(make_line(make_paid_order(now=now), state="packed"), now)
    assert KEPT in OutgoingMail.objects.get().text


def test_what_was_said_is_erased_with_its_english(line: OrderLine, now: datetime) -> None:
    refund = _refunded(line, now)
    erasure.erase(order_ids=[line.order_id], emails=[], now=now)
    refund.refresh_from_db()
    assert (refund.reason, refund.said, str(refund.sentence)) == ("", {}, "")


def test_finding_of_the_engine_is_told_in_german_with_its_figures(line: OrderLine, now: datetime) -> None:
    found = rendering.Finding(
        rule="metal_width",
        severity="block",
        measured_mm=0.083,
        limit_mm=0.15,
        at_mm=(1.0, 2.0),
        box_mm=None,
        message=wording.Wording(narrow._METAL.stretch, width=Decimal("0.08"), limit=wording.number(0.15, 2)),
        staff_message="metal_width: 0.08 mm",
    )
    kept = report.Report("1", (engine._finding(1, found),), ()).to_json()
    [finding] = report.Report.from_json(kept).findings
    assert kept["findings"][0]["message"] == found.message == finding.message
    assert finding.message == "A metal line is 0.08 mm wide here; it needs 0.15 mm to be struck cleanly."
    notices.proof_ready(line, findings=[finding.message], decide_by=now, now=now)
    said = "Eine Metalllinie ist hier 0,08 mm breit; um sauber geprägt zu werden, braucht sie 0,15 mm."
    mail = OutgoingMail.objects.get()
    assert (said in mail.text, said in mail.html) == (True, True)


def test_report_of_before_has_no_words_but_its_english(line: OrderLine) -> None:
    row = {
        "number": 1,
        "rule": "gradient",
        "severity": "warn",
        "message": "It shades.",
        "staff_message": "",
        "mend": "",
    }
    kept = {**row, "measured": None, "limit": None, "at_mm": None, "box_mm": None}
    [finding] = report.Report.from_json({"rules_version": "1", "findings": [kept], "changes": []}).findings
    assert (finding.message, words.to_data(finding.message)) == ("It shades.", {})
    assert Order.objects.get().language == line.order.language


def test_why_an_order_gives_back_what_it_costs_less_is_told_in_german(now: datetime) -> None:
    order = make_order(now=now, language="de", payment_terms="on_approval", confirmed_at=now)
    make_line(order, state="approved")
    add_payment(order, 12_000, now=now)
    payment_terms.go_on(order_id=order.pk, key="one", actor=SYSTEM, now=now)
    refund = Refund.objects.get()
    done = RefundTruth(refund_id="re_1", state=RefundOutcome.SUCCEEDED, failure="")
    refunds.record(refund_id=refund.pk, truth=done, now=now)
    credit_notes.announce(refund_id=refund.pk, now=now)
    assert refund.reason == "Your order costs less than was paid."
    [mail] = OutgoingMail.objects.filter(dedupe_key=f"refunded:{refund.pk}")
    assert "Ihre Bestellung kostet weniger, als bezahlt wurde." in mail.text
