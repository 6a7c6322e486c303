"""The page of a workshop without an API: opened by its link only, answered once, forward only."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.manufacturing.models import Manufacturer, ProductionOrder, StageReport
from orders.manufacturing.services import links, production, submission
from pinshop.core import links as signed_links
from pinshop.core.models import AuditEntry
from tests.orders.manufacturing.conftest import STAFF, MakeLine
from tests.orders.payments.test_invoices import text_of


@pytest.fixture
def sent(workshop: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    """A production order that the workshop has by e-mail."""
    row = production.hand_over(line_id=approved_line().pk, now=now)
    submission.submit(production_order_id=row.pk, now=now)
    return fresh(row)


@pytest.fixture
def token(sent: ProductionOrder) -> str:
    return links.url_of(sent).rstrip("/").rpartition("/")[2]


def fresh(row: ProductionOrder) -> ProductionOrder:
    return ProductionOrder.objects.select_related("line").get(pk=row.pk)


def post(client: Client, name: str, token: str, **data: object) -> tuple[int, str]:
    answer = client.post(reverse(f"manufacturing:{name}", args=[token]), data, follow=True)
    return answer.status_code, answer.content.decode()


def report(client: Client, token: str, stage: str, **more: object) -> tuple[int, str]:
    return post(client, "report", token, **{"event_id": uuid4(), "stage": stage, **more})


def test_page_shows_what_to_make_and_changes_nothing(client: Client, sent: ProductionOrder, token: str):
    answer = client.get(reverse("manufacturing:page", args=[token]))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("private, no-store", "noindex")
    for part in ("Red mushroom", sent.number, "Soft enamel", "Gold", "30.0 mm", sent.proof_hash, "Yes, we make it"):
        assert part in text
    assert "Report a stage" not in text
    assert "<script" not in text
    assert "style=" not in text
    for address in re.findall(r'(?:href|src)="(/files/private/[^"]+)"', text):
        file = client.get(address)
        assert (file.status_code, len(file.getvalue()) > 0) == (200, True)
    assert (fresh(sent).state, StageReport.objects.count()) == ("submitted", 0)


def test_page_opens_by_its_own_link_only(client: Client, sent: ProductionOrder, token: str):
    foreign = signed_links.sign(purpose="order", subject=str(sent.pk))
    unknown = signed_links.sign(purpose="production-order", subject=str(uuid4()))
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), foreign, unknown, "x"):
        assert client.get(reverse("manufacturing:page", args=[wrong])).status_code == 404
        for name in ("accept", "reject", "report"):
            assert post(client, name, wrong, reason="no", stage="packed", event_id=uuid4())[0] == 404
    assert fresh(sent).state == "submitted"


def test_page_of_an_order_that_an_api_answers_for_is_closed(client: Client, sent: ProductionOrder, token: str):
    Manufacturer.objects.update(kind="rest", base_url="http://a", token="t", webhook_secret="whsec_x")
    assert client.get(reverse("manufacturing:page", args=[token])).status_code == 404
    assert post(client, "accept", token)[0] == 404


def test_page_closes_after_a_year(client: Client, token: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(links, "LIFE", timedelta(seconds=-1))
    answer = client.get(reverse("manufacturing:page", args=[token]))
    assert answer.status_code == 404
    assert "This link has expired." in answer.content.decode()


def test_answers_need_a_csrf_token_and_a_post(sent: ProductionOrder, token: str):
    strict = Client(enforce_csrf_checks=True)
    for name in ("accept", "reject", "report"):
        assert post(strict, name, token)[0] == 403
        assert strict.get(reverse(f"manufacturing:{name}", args=[token])).status_code == 405
    assert fresh(sent).state == "submitted"


def test_workshop_accepts_reports_and_ships(client: Client, sent: ProductionOrder, token: str):
    assert "Report each stage here" in post(client, "accept", token)[1]
    row = fresh(sent)
    assert (row.state, row.line.state) == ("accepted", "handed_over")
    assert post(client, "accept", token)[0] == 200
    assert AuditEntry.objects.filter(action="production.accepted").count() == 1

    assert "we have it" in report(client, token, "struck")[1]
    assert "we have it" in report(client, token, "packed", packed_quantity=98)[1]
    text = report(client, token, "shipped", carrier="DHL", tracking_number="JD 17")[1]
    assert "Shipped with DHL, JD 17." in text
    row = fresh(sent)
    assert (row.state, row.line.state, row.packed_quantity) == ("shipped", "shipped", 98)
    assert row.problem == "98 of 100 pieces packed: 2 short."
    assert AuditEntry.objects.get(action="line.shipped").actor_label == "Workshop"


def test_second_click_on_report_is_the_same_report(client: Client, sent: ProductionOrder, token: str):
    post(client, "accept", token)
    event_id = uuid4()
    report(client, token, "struck", event_id=event_id)
    assert "received before" in report(client, token, "struck", event_id=event_id)[1]
    assert StageReport.objects.count() == 1


def test_report_goes_forward_only(client: Client, sent: ProductionOrder, token: str):
    post(client, "accept", token)
    report(client, token, "filled")
    assert "Nothing changed: it is enamel filled already." in report(client, token, "struck")[1]
    assert fresh(sent).state == "filled"


def test_report_without_what_belongs_to_it_keeps_what_was_filled_in(client: Client, sent: ProductionOrder, token: str):
    post(client, "accept", token)
    status, text = report(client, token, "packed", note="Two cartons")
    assert (status, "Say how many good pieces you packed." in text, "Two cartons" in text) == (422, True, True)
    status, text = report(client, token, "shipped", packed_quantity=100)
    assert (status, "Name the carrier." in text, "can be followed" in text) == (422, True, True)
    assert report(client, token, "packed", packed_quantity=-1)[0] == 422
    assert report(client, token, "gilded")[0] == 422
    assert (fresh(sent).state, StageReport.objects.count()) == ("accepted", 0)


def test_report_before_the_yes_is_refused(client: Client, sent: ProductionOrder, token: str):
    status, text = report(client, token, "struck")
    assert (status, f"Accept {sent.number} first" in text) == (409, True)
    assert fresh(sent).state == "submitted"


def test_workshop_rejects_with_a_reason_and_the_line_is_held(client: Client, sent: ProductionOrder, token: str):
    assert post(client, "reject", token, reason=" ")[0] == 422
    assert "Please do not make it" in post(client, "reject", token, reason="The neck is 0.4 mm wide.")[1]
    row = fresh(sent)
    assert (row.state, row.reason, row.line.on_hold) == ("rejected", "The neck is 0.4 mm wide.", True)
    assert post(client, "accept", token)[0] == 409
    assert post(client, "reject", token, reason="Again")[0] == 200
    assert (fresh(sent).state, fresh(sent).reason) == ("rejected", "The neck is 0.4 mm wide.")

    second = production.submit_again(production_order_id=sent.pk, actor=STAFF, now=timezone.now())
    assert (second.attempt, second.state, fresh(second).line.on_hold) == (2, "created", False)


def test_workshop_cannot_reject_what_is_in_work(client: Client, sent: ProductionOrder, token: str):
    post(client, "accept", token)
    report(client, token, "tooling")
    status, text = post(client, "reject", token, reason="Changed our mind")
    assert (status, "Write to us instead" in text) == (409, True)
    assert fresh(sent).state == "tooling"


def test_packing_list_of_the_line_is_drawn_for_whoever_sends_it(client: Client, sent: ProductionOrder, token: str):
    paper = client.get(reverse("manufacturing:packing_list", args=[token]))
    assert (paper.headers["Content-Type"], paper.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    text = " ".join(text_of(b"".join(paper.streaming_content)).split())
    for words in ("Packing list", sent.line.order.number, "Red mushroom", "7117.19"):
        assert words in text, words
