"""Deleting a person: no table knows them any more, every number is as it was, and nobody else has lost anything."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import EmailField, Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designs.models import Approval, Artwork, Design, Proof
from orders.claims.models import Claim, ClaimPhoto
from orders.models import Basket, ExemptionCertificate, Order, OrderLine, Quote
from orders.payments.models import CreditNote, GiftCard, Invoice, Payment, Refund
from orders.payments.services import retention
from orders.services import links
from orders.services import retention as order_retention
from orders.services.erasure import OrdersOpen
from pinshop.accounts.models import Business, Member, User
from pinshop.accounts.services.invitations import LastOwner
from pinshop.core import audit, files, outbox
from pinshop.core.models import OutgoingMail, StoredFile
from pinshop.core.money import Money
from pinshop.site.services.privacy import erasure, people
from pinshop.site.services.privacy.erasure import StaffStay
from tests.orders.factories import make_line, make_order
from tests.pinshop.site.privacy.conftest import Tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
INVOICES = {"payments_invoice", "payments_creditnote"}


def numbers() -> dict[str, Any]:
    """What the books say."""
    return {
        "orders": list(Order.objects.order_by("number").values_list("number", "total_minor", "placed_at", "paid_at")),
        "countries": list(Order.objects.order_by("number").values_list("address__country", flat=True)),
        "lines": list(
            OrderLine.objects.order_by("pk").values_list("quantity", "total_minor", "state", "price", "spec")
        ),
        "captured": Payment.objects.aggregate(sum=Sum("captured_minor"))["sum"],
        "refunded": Refund.objects.aggregate(sum=Sum("amount_minor"))["sum"],
        "invoices": list(Invoice.objects.order_by("number").values_list("number", "total_minor", "issued_at")),
        "approved": list(Approval.objects.order_by("pk").values_list("proof_hash", "price_minor", "approved_at")),
    }


def stored(*hashes: str) -> list[bool]:
    return [
        StoredFile.objects.filter(sha256=each).exists() or default_storage.exists(f"{each[:2]}/{each[2:4]}/{each}")
        for each in hashes
    ]


def files_of(*design_ids: Any) -> set[str]:
    from designs.selectors.stored import list_files

    return {each for design in Design.objects.filter(pk__in=design_ids) for each in list_files(design)}


def test_no_table_knows_an_erased_person_and_every_number_is_as_it_was(
    ada: User, order: Order, more_of_ada: Design, tables: Tables, now: datetime, time_at: Any
) -> None:
    assert len(tables("ada@example.org")) >= 10
    before, design = numbers(), order.lines.get().design
    assert design is not None
    hashes = files_of(design.pk, more_of_ada.pk) - {"0" * 64}
    hashes |= set(ClaimPhoto.objects.values_list("shown_sha256", flat=True))
    assert len(hashes) == 9
    wanted = people.of_user(user_id=ada.pk)
    erasure.erase(person=wanted, now=now)
    assert numbers() == before
    for word in ("ada@example.org", "countess@example.org", "Lovelace", "ada's wedding", "St James", "T-ada"):
        assert tables(word) <= INVOICES, word
    assert tables("ada@example.org") == INVOICES
    assert (Basket.objects.count(), Quote.objects.count(), EmailAddress.objects.count()) == (0, 1, 0)
    assert not Design.objects.filter(pk=more_of_ada.pk).exists()
    time_at(now + timedelta(hours=2))
    outbox.drain()
    assert stored(*hashes) == [False] * 9
    assert files.read(str(Invoice.objects.get().file_id)).startswith(b"%PDF")


def test_invoices_keep_the_buyer_for_their_time_and_lose_it_then(
    ada: User, order: Order, tables: Tables, now: datetime, time_at: Any
) -> None:
    erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    before = Invoice.objects.get()
    at = now + timedelta(days=9 * 365)
    assert retention.sweep(now=at) == 2
    assert tables("ada@example.org") == INVOICES
    at = now + timedelta(days=10 * 366 + 31)
    assert [retention.sweep(now=at), retention.sweep(now=at)] == [2, 0]
    after = Invoice.objects.get()
    assert tables("ada@example.org") | tables("Lovelace") | tables("St James") == set()
    assert (after.number, after.total_minor, after.data["total"], after.data["buyer"]["name"]) == (
        before.number,
        before.total_minor,
        "$100.00",
        "erased",
    )
    time_at(at + timedelta(hours=2))
    outbox.drain()
    assert stored(str(before.file_id)) == [False]
    assert files.read(str(after.file_id)).startswith(b"%PDF")
    note = CreditNote.objects.get()
    assert (note.total_minor, note.data["buyer"]["name"], note.file_id is None) == (500, "erased", False)
    del order


def test_second_time_there_is_nobody(ada: User, order: Order, now: datetime) -> None:
    wanted = people.of_user(user_id=ada.pk)
    erasure.erase(person=wanted, now=now)
    row = User.objects.get(pk=ada.pk)
    entries = audit.list_entries(subject=order).count()
    with pytest.raises(people.NotFound):
        people.of_user(user_id=ada.pk)
    assert (row.email, row.name, row.is_active, row.has_usable_password()) == (
        f"erased-{ada.pk}@erased.invalid",
        "",
        False,
        False,
    )
    assert audit.list_entries(subject=order).count() == entries


def test_others_lose_nothing(ada: User, order: Order, guests_order: Order, tables: Tables, now: datetime) -> None:
    design = guests_order.lines.get().design
    shared = order.lines.get().design
    assert design is not None
    assert shared is not None
    Design.objects.filter(pk=shared.pk).update(pictures=design.pictures)
    before, kept = tables("grace"), files_of(design.pk)
    erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    assert tables("grace") == before
    files.delete_unheld(kept, now=now + timedelta(days=1))
    assert stored(*kept) == [True] * len(kept)
    assert Artwork.objects.get(designs=design).name == "grace.png"


@pytest.mark.parametrize("why", ["made", "unpaid", "looked at", "paid back", "claimed"])
def test_it_is_refused_while_an_order_is_open_and_says_which(ada: User, order: Order, now: datetime, why: str) -> None:
    if why == "made":
        OrderLine.objects.update(state="plated")
    elif why == "unpaid":
        make_line(make_order(now=now, owner=order.owner(), number="PS-OPEN"))
    elif why == "claimed":
        Claim.objects.update(state="open", decided_at=None)
    elif why == "looked at":
        Order.objects.update(attention="A refund failed.")
    else:
        Refund.objects.update(state="pending")
    number = "PS-OPEN" if why == "unpaid" else order.number
    with pytest.raises(OrdersOpen, match=f"Order {number} is not over yet"):
        erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    assert User.objects.get(pk=ada.pk).email == "ada@example.org"


def test_staff_and_the_only_owner_of_a_business_stay(ada: User, now: datetime) -> None:
    business = Business.objects.create(name="Northwind", billing_email="books@example.com")
    Member.objects.create(business=business, user=ada, role="owner")
    with pytest.raises(LastOwner, match="You alone own Northwind"):
        erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    with pytest.raises(StaffStay):
        erasure.erase(person=people.of_user(user_id=ada.pk), now=now)


def test_account_is_deleted_after_its_password_was_given_again(
    ada: User, order: Order, client: Client, tables: Tables
) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(ada)
    assert "Delete everything now" in client.get(reverse("account_data")).content.decode()
    asked = client.post(reverse("account_erase"))
    assert (asked.status_code, asked["Location"].startswith(reverse("account_reauthenticate"))) == (302, True)
    assert User.objects.get(pk=ada.pk).is_active
    wrong = client.post(asked["Location"], {"password": "not-the-password"})
    assert (wrong.status_code, User.objects.get(pk=ada.pk).is_active) == (200, True)
    done = client.post(asked["Location"], {"password": "a-long-password"})
    assert (done.status_code, done["Location"]) == (302, reverse("erased"))
    assert "Your data is deleted" in client.get(reverse("erased")).content.decode()
    assert tables("ada@example.org") == INVOICES
    assert Session.objects.filter(session_key=elsewhere.session.session_key).count() == 0
    assert elsewhere.get(reverse("account_data")).status_code == 302
    assert Order.objects.get(pk=order.pk).contact_name == ""


def test_account_without_a_password_confirms_by_mail(ada: User, client: Client) -> None:
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    for _ in range(2):
        client.post(reverse("account_erase"), {"key": "0f5b0c1e-1111-4222-8333-444455556666"})
    assert User.objects.get(pk=ada.pk).is_active
    mail = OutgoingMail.objects.get(subject="Delete your data?")
    path = re.search(r"/data/erase/\S+", mail.text)
    assert path is not None
    stranger = Client()
    assert "Delete everything now" in stranger.get(path[0]).content.decode()
    assert User.objects.get(pk=ada.pk).is_active
    assert stranger.post(path[0]).status_code == 302
    assert not User.objects.get(pk=ada.pk).is_active
    assert stranger.post(path[0]).status_code == 404


def test_guest_deletes_an_order_by_its_link_and_a_second_mail(
    guests_order: Order, order: Order, client: Client, tables: Tables
) -> None:
    page = reverse("order_data", args=[guests_order.pk])
    assert client.get(page).status_code == 404
    client.get(links.order_url(guests_order).partition("8000")[2])
    assert guests_order.number in client.get(page).content.decode()
    before = numbers()
    client.post(reverse("order_erase", args=[guests_order.pk]))
    mail = OutgoingMail.objects.get(subject="Delete your data?")
    assert mail.to == "grace@example.org"
    path = re.search(r"/data/erase/\S+", mail.text)
    assert path is not None
    assert client.post(path[0])["Location"] == reverse("erased")
    assert numbers() == before
    assert tables("grace") <= INVOICES
    assert Order.objects.get(pk=order.pk).contact_email == "ada@example.org"
    assert client.get(page).status_code == 404


def test_link_of_a_guest_is_no_key_to_another_order_of_the_same_address(guests_order: Order, now: datetime) -> None:
    other = make_order(now=now, contact_email="grace@example.org", contact_name="Grace")
    make_line(other)
    erasure.erase(person=people.of_order(order_id=guests_order.pk), now=now)
    other.refresh_from_db()
    assert (other.contact_email, other.contact_name) == ("grace@example.org", "Grace")


def test_orders_of_accounts_are_erased_in_the_account(order: Order, client: Client) -> None:
    client.get(links.order_url(order).partition("8000")[2])
    page = client.get(reverse("order_data", args=[order.pk]))
    assert (page.status_code, "Sign in there" in page.content.decode()) == (409, True)


def test_open_order_shows_why_it_cannot_be_deleted(ada: User, order: Order, client: Client) -> None:
    OrderLine.objects.update(state="plated")
    client.force_login(ada)
    page = client.get(reverse("account_data")).content.decode()
    assert f"Order {order.number} is not over yet" in page
    assert "Delete everything now" not in page


def test_proof_of_an_erased_order_is_still_a_row_with_its_hash(ada: User, order: Order) -> None:
    proof_hash = Proof.objects.get().proof_hash
    erasure.erase(person=people.of_user(user_id=ada.pk), now=timezone.now())
    line = order.lines.get()
    assert (line.title, Proof.objects.get().proof_hash, Money(line.total_minor, "USD")) == (
        "Custom pins",
        proof_hash,
        Money(9500, "USD"),
    )


def test_every_column_that_leads_to_a_person_is_known() -> None:
    """A new one must be added to the copy and to the deletion of a person, then here."""
    ours = [model for model in apps.get_models() if not model.__module__.startswith(("django", "allauth"))]
    assert {
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.concrete_fields
        if isinstance(field, EmailField) or field.related_model is User
    } == {
        "core.OutgoingMail.to",
        "accounts.Business.billing_email",
        "accounts.Member.user",
        "accounts.User.email",
        "catalog.WishedPin.user",
        "designs.Design.user",
        "manufacturing.Manufacturer.contact_email",
        "orders.Basket.user",
        "orders.ExemptionCertificate.user",
        "orders.Order.contact_email",
        "orders.Order.user",
        "orders.Quote.user",
        "payments.GiftCard.receiver_email",
    }


@pytest.mark.parametrize("state", ["approved", "pending"])
def test_papers_that_freed_somebody_from_tax_stay_as_long_as_invoices(ada: User, now: datetime, state: str) -> None:
    paper = files.put(b"%PDF paper of ada", media_type="application/pdf", now=now - timedelta(days=1))
    ExemptionCertificate.objects.create(
        user=ada,
        country="US",
        file=paper,
        file_name="ada.pdf",
        state=state,
        created_at=now,
        decided_at=now if state == "approved" else None,
    )
    erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    kept = [row.file_name for row in ExemptionCertificate.objects.all()]
    assert kept == (["erased"] if state == "approved" else [])
    order_retention.sweep(now=now + timedelta(days=10 * 366 + 31))
    assert ExemptionCertificate.objects.count() == 0
    assert files.delete_unheld([paper.sha256], now=now) == 1


def test_gift_card_forgets_its_receiver_and_keeps_its_value(ada: User, now: datetime) -> None:
    card = GiftCard.objects.create(
        code_hash="1" * 64,
        ending="ABCD",
        currency="USD",
        initial_minor=5000,
        balance_minor=3000,
        receiver_email="ada@example.org",
        receiver_name="Ada",
        message="Dear Ada",
        issue_key=ada.pk,
        issued_at=now,
        created_at=now,
    )
    erasure.erase(person=people.of_user(user_id=ada.pk), now=now)
    card.refresh_from_db()
    assert (card.receiver_email, card.receiver_name, card.message, card.balance_minor) == ("", "", "", 3000)
