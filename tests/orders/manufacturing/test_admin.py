"""Manufacturing in the admin: secrets go in and never come out; one service call per action."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.manufacturing.services import packages, production
from pinshop.accounts.models import User
from pinshop.core.models import AuditEntry, OutboxMessage
from tests.orders.manufacturing.conftest import SECRET, TOKEN, MakeLine

NEW_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg=="


@pytest.fixture
def office(db: None, client: Client) -> Client:
    """A browser of somebody who may do everything."""
    client.force_login(User.objects.create_superuser("admin@pinshop.example", "a-long-password"))
    return client


@pytest.fixture
def row(idle_rest: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    made = production.hand_over(line_id=approved_line().pk, now=now)
    packages.prepare(production=made, now=now)
    return made


def form_of(manufacturer: Manufacturer, **changes: object) -> dict[str, object]:
    return {
        "name": manufacturer.name,
        "kind": manufacturer.kind,
        "position": manufacturer.position,
        "active": "on",
        "processes": manufacturer.processes,
        "for_live_orders": "on",
        "base_url": manufacturer.base_url,
        "new_token": "",
        "new_webhook_secret": "",
        "contact_email": manufacturer.contact_email,
        **changes,
    }


def change_url(manufacturer: Manufacturer) -> str:
    return reverse("admin:manufacturing_manufacturer_change", args=[manufacturer.pk])


def test_secrets_of_a_manufacturer_are_never_shown(office: Client, idle_rest: Manufacturer, catalogue: None):
    text = office.get(change_url(idle_rest)).content.decode()
    assert (TOKEN in text, SECRET in text) == (False, False)
    assert f"/hooks/manufacturers/{idle_rest.pk}/" in text


def test_empty_secrets_keep_the_present_ones_and_new_ones_replace_them(
    office: Client, idle_rest: Manufacturer, catalogue: None
):
    assert office.post(change_url(idle_rest), form_of(idle_rest, position=3)).status_code == 302
    idle_rest.refresh_from_db()
    assert (idle_rest.position, idle_rest.token, idle_rest.webhook_secret) == (3, TOKEN, SECRET)

    changed = form_of(idle_rest, new_token="fresh", new_webhook_secret=NEW_SECRET)
    assert office.post(change_url(idle_rest), changed).status_code == 302
    idle_rest.refresh_from_db()
    assert (idle_rest.token, idle_rest.webhook_secret) == ("fresh", NEW_SECRET)
    entries = AuditEntry.objects.filter(action="manufacturer.changed").order_by("id")
    assert [entry.data for entry in entries] == [
        {"secrets_changed": []},
        {"secrets_changed": ["token", "webhook_secret"]},
    ]


def test_incomplete_manufacturer_is_refused_with_the_field(office: Client, idle_rest: Manufacturer, catalogue: None):
    url = reverse("admin:manufacturing_manufacturer_add")
    rest = office.post(url, form_of(idle_rest, name="Other", base_url=""))
    assert rest.status_code == 200
    assert sorted(rest.context["adminform"].form.errors) == ["base_url", "new_token", "new_webhook_secret"]
    mail = office.post(url, form_of(idle_rest, name="Other", kind="email"))
    assert list(mail.context["adminform"].form.errors) == ["contact_email"]
    bad = office.post(url, form_of(idle_rest, name="Other", new_token="t", new_webhook_secret="plain"))
    assert list(bad.context["adminform"].form.errors) == ["new_webhook_secret"]
    assert Manufacturer.objects.count() == 1


def test_new_manufacturer_is_stored_through_the_service(office: Client, idle_rest: Manufacturer, catalogue: None):
    new = form_of(idle_rest, name="Other", kind="email", base_url="", contact_email="other@example.org")
    assert office.post(reverse("admin:manufacturing_manufacturer_add"), new).status_code == 302
    assert Manufacturer.objects.get(name="Other").contact_email == "other@example.org"
    assert AuditEntry.objects.filter(action="manufacturer.added").count() == 1


def act(office: Client, row: ProductionOrder, action: str) -> str:
    answer = office.post(
        reverse("admin:manufacturing_productionorder_changelist"),
        {"action": action, "_selected_action": [str(row.pk)]},
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_actions_hold_release_and_submit_again(office: Client, row: ProductionOrder):
    assert "1 of 1 held." in act(office, row, "hold")
    row.line.refresh_from_db()
    assert row.line.on_hold is True
    assert "0 of 1 held." in act(office, row, "hold")
    assert "1 of 1 released." in act(office, row, "release")
    row.line.refresh_from_db()
    assert row.line.on_hold is False
    before = OutboxMessage.objects.filter(topic="manufacturing.order.submit").count()
    assert "1 of 1 sent again." in act(office, row, "submit_again")
    assert OutboxMessage.objects.filter(topic="manufacturing.order.submit").count() == before + 1
    ProductionOrder.objects.filter(pk=row.pk).update(state="packed")
    assert "it needs no other try" in act(office, row, "submit_again")


def test_production_order_page_shows_files_and_reports_and_cannot_be_edited(office: Client, row: ProductionOrder):
    ProductionOrder.objects.filter(pk=row.pk).update(problem="97 of 100 pieces packed: 3 short.")
    url = reverse("admin:manufacturing_productionorder_change", args=[row.pk])
    text = office.get(url).content.decode()
    assert (f"{row.number}-tech-pack.pdf" in text, f"{row.number}-die-lines.svg" in text) == (True, True)
    office.post(url, {"state": "shipped", "quantity": 1})
    row.refresh_from_db()
    assert (row.state, row.quantity) == ("created", 100)
    listed = office.get(reverse("admin:manufacturing_productionorder_changelist"), {"attention": "yes"})
    assert "3 short" in listed.content.decode()


def test_staff_without_the_right_see_nothing(client: Client, row: ProductionOrder):
    client.force_login(User.objects.create_user("nobody@pinshop.example", is_staff=True))
    assert client.get(reverse("admin:manufacturing_productionorder_changelist")).status_code == 403
    assert client.get(change_url(row.manufacturer)).status_code == 403
