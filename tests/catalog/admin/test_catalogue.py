"""The admin of the catalogue: every page opens, edits go through, what is published stays."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog import models
from catalog.selectors import options
from catalog.services import seeds
from pinshop.accounts.models import User
from pinshop.core.models import AuditEntry
from tests.catalog.makers import make_pin, make_stock

MODELS = [
    "addon",
    "artist",
    "attachment",
    "cause",
    "compatibilityrule",
    "enginerules",
    "holiday",
    "packaging",
    "palettecolour",
    "pin",
    "plating",
    "pricetable",
    "process",
    "series",
    "sizetier",
    "stock",
    "unitprice",
]
PROCESSES = ("soft_enamel", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print")


@pytest.fixture
def staff(seeded: None, client: Client) -> Client:
    """Somebody who may do everything, logged in."""
    client.force_login(User.objects.create_superuser("boss@example.com", "secret"))
    return client


@pytest.fixture
def everything(staff: Client, now: datetime) -> Client:
    """A row of each kind."""
    make_pin(1, now=now)
    rules = {"version": "1", "common": {}, "processes": {name: {} for name in PROCESSES}}
    seeds.load_engine_rules(rules, now=now)
    seeds.load_palette(
        {"colours": [{"code": "E-001", "name": "Black", "hlc": "H000", "hex": "#111111", "lab": [5, 0, 0]}]}
    )
    return staff


def _says(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def _draft(now: datetime) -> models.PriceTable:
    from catalog.services import price_tables
    from pinshop.core.actors import SYSTEM

    first = models.PriceTable.objects.get(currency="USD")
    return price_tables.copy(
        table_id=first.pk, currency="USD", factor=Decimal(1), valid_from=now, actor=SYSTEM, now=now
    )


@pytest.mark.parametrize("model", MODELS)
def test_list_search_and_first_page_open(model: str, everything: Client, now: datetime) -> None:
    _draft(now)
    page = reverse(f"admin:catalog_{model}_changelist")
    assert everything.get(page).status_code == 200
    assert everything.get(page, {"q": "a"}).status_code == 200
    assert everything.get(reverse(f"admin:catalog_{model}_add")).status_code == 200
    rows = models.UnitPrice.objects.filter(table__published_at=None) if model == "unitprice" else None
    row = rows.first() if rows is not None else _model(model).objects.first()
    assert row is not None
    assert everything.get(reverse(f"admin:catalog_{model}_change", args=[row.pk])).status_code == 200


def _model(name: str) -> type[models.Pin]:
    from django.apps import apps

    return apps.get_model("catalog", name)


@pytest.mark.parametrize("model", MODELS)
def test_pages_need_the_permission_of_their_model(model: str, seeded: None, client: Client) -> None:
    user = User.objects.create_user("helper@example.com", "secret", is_staff=True)
    client.force_login(user)
    page = reverse(f"admin:catalog_{model}_changelist")
    assert client.get(page).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    assert client.get(page).status_code == 200
    assert client.get(reverse(f"admin:catalog_{model}_add")).status_code == 403


def test_edited_option_is_offered_at_once(staff: Client) -> None:
    before = options.get_options()
    page = reverse("admin:catalog_packaging_change", args=["polybag"])
    data = {"name": "Clear bag", "description": "", "position": 10, "active": "on", "extra_days": 0, "code": "hacked"}
    assert staff.post(page, data).status_code == 302
    after = options.get_options()
    assert after.version != before.version
    assert after.packaging("polybag").name == "Clear bag"


def test_options_are_switched_off_and_never_deleted(staff: Client) -> None:
    assert staff.post(reverse("admin:catalog_plating_delete", args=["gold"]), {"post": "yes"}).status_code == 403
    assert models.Plating.objects.filter(code="gold").exists()


def test_rule_about_an_unknown_option_is_refused_by_its_field(staff: Client) -> None:
    data = {
        "subject_kind": "plating",
        "subject_code": "tin",
        "object_kind": "rush",
        "object_code": "fast",
        "verdict": "block",
        "sentence": "No.",
    }
    response = staff.post(reverse("admin:catalog_compatibilityrule_add"), data)
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert list(errors) == ["subject_code", "object_code"]
    assert "There is no plating tin. Known are: antique_copper" in errors["subject_code"][0]
    assert not models.CompatibilityRule.objects.filter(subject_code="tin").exists()


def test_new_price_table_is_a_copy_that_can_be_published(staff: Client) -> None:
    first = models.PriceTable.objects.get(currency="USD")
    data = {
        "copy_of": str(first.pk),
        "factor": "1.10",
        "currency": "USD",
        "valid_from_0": "2026-12-01",
        "valid_from_1": "00:00:00",
    }
    assert staff.post(reverse("admin:catalog_pricetable_add"), data).status_code == 302
    draft = models.PriceTable.objects.get(number=2)
    assert (draft.published_at, draft.unit_prices.count()) == (None, first.unit_prices.count())
    page = reverse("admin:catalog_pricetable_changelist")
    for expected in ("USD-2 is published; it holds from 01 December 2026.", "USD-2 is published already."):
        response = staff.post(page, {"action": "publish", "_selected_action": [str(draft.pk)]})
        assert response.status_code == 302
        assert _says(response)[-1].startswith(expected)
    actors = AuditEntry.objects.filter(subject_id=str(draft.pk)).values_list("action", "actor_label")
    assert sorted(actors) == [
        ("price_table.copied", "boss@example.com"),
        ("price_table.published", "boss@example.com"),
    ]


def test_published_table_shows_its_prices_and_takes_no_edit(staff: Client) -> None:
    first = models.PriceTable.objects.get(currency="USD")
    page = reverse("admin:catalog_pricetable_change", args=[first.pk])
    text = staff.get(page).content.decode()
    assert ">$2.70</td>" in text
    assert 'name="_save"' not in text
    assert staff.post(page, {"note": "hacked"}).status_code == 403
    assert staff.post(reverse("admin:catalog_pricetable_delete", args=[first.pk]), {"post": "yes"}).status_code == 403
    row = models.UnitPrice.objects.filter(table=first)[0]
    assert staff.get(reverse("admin:catalog_unitprice_change", args=[row.pk])).status_code == 302


def test_prices_of_a_draft_are_edited_in_the_list(staff: Client, now: datetime) -> None:
    draft = _draft(now)
    row = draft.unit_prices.order_by("pk")[0]
    page = reverse("admin:catalog_unitprice_changelist") + f"?id={row.pk}"
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": row.pk,
        "form-0-unit_minor": "1.23",
        "_save": "Save",
    }
    assert staff.post(page, data).status_code == 302
    row.refresh_from_db()
    assert row.unit_minor == 123


def test_price_published_meanwhile_is_refused_in_words(staff: Client, now: datetime, monkeypatch) -> None:
    from catalog.admin.prices import UnitPriceAdmin

    published = models.UnitPrice.objects.order_by("pk")[0]
    # As if the table was published between the list and its submission.
    monkeypatch.setattr(UnitPriceAdmin, "get_queryset", lambda _self, _request: models.UnitPrice.objects.all())
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": published.pk,
        "form-0-unit_minor": 1,
        "_save": "Save",
    }
    response = staff.post(reverse("admin:catalog_unitprice_changelist") + f"?id={published.pk}", data)
    assert response.status_code == 302
    assert _says(response) == ["A published version never changes. Copy it and publish the copy."]
    unit_minor = published.unit_minor
    published.refresh_from_db()
    assert published.unit_minor == unit_minor


def test_stock_is_counted_in_and_out_with_a_reason(staff: Client, now: datetime) -> None:
    row = make_stock(10, now=now)
    models.Stock.objects.filter(pk=row.pk).update(reserved=4)
    page = reverse("admin:catalog_stock_change", args=[row.pk])
    assert staff.post(page, {"by": "5", "reason": "delivery"}).status_code == 302
    refused = staff.post(page, {"by": "-12", "reason": "lost"})
    assert _says(refused)[-1] == "The stock cannot change by -12: it would fall below what is promised to orders."
    row.refresh_from_db()
    assert (row.on_hand, row.reserved) == (15, 4)
    entry = AuditEntry.objects.get(action="stock.adjusted")
    assert (entry.actor_label, entry.data) == ("boss@example.com", {"by": 5, "on_hand": 15, "reason": "delivery"})


def test_draft_of_engine_rules_is_published_and_then_read_only(everything: Client) -> None:
    rules = {"version": "2", "common": {}, "processes": {name: {} for name in PROCESSES}}
    draft = models.EngineRules.objects.create(version="2", rules=rules)
    page = reverse("admin:catalog_enginerules_changelist")
    response = everything.post(page, {"action": "publish", "_selected_action": [draft.pk]})
    assert _says(response) == ["2 is published."]
    assert everything.post(reverse("admin:catalog_enginerules_change", args=[draft.pk]), {}).status_code == 403


def test_lists_follow_what_staff_change(everything: Client, now: datetime) -> None:
    for model, slug in ((models.Artist, "marit"), (models.Series, "night"), (models.Cause, "bees")):
        row = model.objects.get(slug=slug)
        values = {field.name: getattr(row, field.attname) for field in model._meta.concrete_fields}
        sent = {name: value for name, value in values.items() if value not in {None, False}}
        url = reverse(f"admin:catalog_{model._meta.model_name}_change", args=[row.pk])
        assert everything.post(url, {**sent, "name": f"New {slug}"}).status_code == 302
    listing = models.Listing.objects.get()
    assert (listing.makers, listing.tags.strip()) == ("new marit new bees", "new night")
    assert listing.card["artist"] == "New marit"
