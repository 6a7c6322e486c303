"""Members of a business act for it in the browser: its basket, terms, tax and addresses, by their role in it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import PinVariant
from designs.models import Design
from orders.enums import PaymentTerms
from orders.models import Basket, BasketLine, ExemptionCertificate, Order, Quote
from pinshop.accounts.enums import Role
from pinshop.accounts.models import Business, Member, User
from pinshop.accounts.owners import Owner
from pinshop.core.models import AuditEntry
from tests.orders.factories import make_design, make_line, make_order
from tests.orders.web.conftest import add, place, quote, text
from tests.orders.web.test_gift_cards import PRESENT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


@pytest.fixture(autouse=True)
def _provider_out_of_reach(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


@pytest.fixture
def brass(db: None) -> Business:
    """A business that may owe $100."""
    return Business.objects.create(
        name="Brass & Co", billing_email="books@brass.example", credit_limit_minor=10_000, vat_number="DE136695976"
    )


@pytest.fixture
def member(brass: Business) -> Callable[..., Client]:
    """A browser of somebody in that business; acting for it unless told otherwise."""

    def make(role: Role = Role.BUYER, *, acts: bool = True, business: Business = brass) -> Client:
        user = User.objects.create_user(f"{role}@brass.example", name="Bea Brass")
        Member.objects.create(business=business, user=user, role=role)
        browser = Client()
        browser.force_login(user)
        if acts:
            assert act_for(browser, business).status_code == 302
        return browser

    return make


def act_for(browser: Client, business: Business | None) -> Any:
    return browser.post("/account/acting/", {"business": str(business.pk) if business else ""})


def test_what_a_member_orders_for_a_business_is_its_own_and_its_members_see_it(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    buyer = member()
    add(buyer, variant, 2)
    made = quote(buyer)
    assert (Basket.objects.get().owner(), made.owner()) == (Owner(business_id=brass.pk),) * 2
    assert made.vat_number == "DE136695976"
    place(buyer, made)
    order = Order.objects.get()
    assert (order.owner(), BasketLine.objects.count()) == (Owner(business_id=brass.pk), 0)
    assert AuditEntry.objects.get(action="order.placed").actor_label == "buyer@brass.example"
    for colleague in (buyer, member(Role.APPROVER), member(Role.OWNER, acts=False)):
        assert "Brass &amp; Co" in text(colleague.get(f"/orders/{order.pk}/"))
        assert "Your data: a copy, or delete it" not in text(colleague.get(f"/orders/{order.pk}/"))
    assert order.number in text(buyer.get("/orders/"))
    act_for(buyer, None)
    assert order.number not in text(buyer.get("/orders/"))
    assert buyer.get(f"/orders/{order.pk}/").status_code == 200


def test_an_order_by_invoice_takes_the_room_that_its_page_shows(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    buyer = member()
    add(buyer, variant, 2)
    made = quote(buyer)
    assert "$100.00 of $100.00 is free" in text(buyer.get(f"/checkout/{made.pk}/"))
    answer = place(buyer, made, payment_terms="invoice", purchase_order="PO 7")
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    assert (order.payment_terms, order.purchase_order) == (PaymentTerms.INVOICE, "PO 7")
    assert order.confirmed_at is not None
    add(buyer, variant, 5)
    second = quote(buyer)
    shown = text(buyer.get(f"/checkout/{second.pk}/"))
    assert "With this order $94.00 would be open" not in shown
    assert "$71.00 of $100.00 is free" in shown
    add(buyer, variant, 1)
    third = quote(buyer)
    shown = text(buyer.get(f"/checkout/{third.pk}/"))
    assert "With this order $106.00 would be open, and the credit limit of Brass &amp; Co is $100.00." in shown
    assert 'value="invoice" disabled' in shown
    refused = place(buyer, third, payment_terms="invoice", key="0f5b0c1e-1111-4222-8333-444455556667")
    assert refused.status_code == 409
    assert Order.objects.count() == 1


def test_a_business_without_a_credit_limit_is_offered_no_invoice(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    Business.objects.update(credit_limit_minor=0)
    buyer = member()
    add(buyer, variant, 1)
    assert "Pay by invoice" not in text(buyer.get(f"/checkout/{quote(buyer).pk}/"))


def test_its_latest_address_stands_in_the_form_and_others_can_be_taken(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    buyer = member()
    for number, street in enumerate(("1 Old Street", "2 New Street")):
        add(buyer, variant, 1)
        key = f"0f5b0c1e-1111-4222-8333-44445555666{number}"
        place(buyer, quote(buyer), line1=street, key=key, email="buyer@brass.example", payment_terms="invoice")
    first = Order.objects.earliest("placed_at")
    add(buyer, variant, 1)
    made = quote(buyer)
    assert 'value="2 New Street"' in text(buyer.get(f"/checkout/{made.pk}/"))
    assert 'value="1 Old Street"' in text(buyer.get(f"/checkout/{made.pk}/?address={first.pk}"))
    Order.objects.update(contact_email="customer@elsewhere.example")
    assert "New Street" not in text(buyer.get(f"/checkout/{made.pk}/"))


def test_a_member_decides_at_checkout_to_order_for_the_business(
    member: Callable[..., Client], brass: Business, variant: PinVariant, now: datetime
) -> None:
    buyer = member(acts=False)
    bea = User.objects.get(email="buyer@brass.example")
    design = make_design(now=now, owner=Owner(user_id=bea.pk))
    add(buyer, variant, 2)
    buyer.post("/basket/add/", {"design": str(design.pk), "quantity": 100})
    mine = quote(buyer)
    assert "Order for Brass &amp; Co" in text(buyer.get(f"/checkout/{mine.pk}/"))
    for _ in range(2):
        answer = buyer.post(f"/checkout/{mine.pk}/business/", {"business": str(brass.pk)})
        ours = Quote.objects.latest("version")
        assert answer.headers["Location"] == f"/checkout/{ours.pk}/"
    assert (ours.number, ours.version, ours.owner()) == (mine.number, 2, Owner(business_id=brass.pk))
    assert (ours.total_minor, ours.expires_at, ours.vat_number) == (mine.total_minor, mine.expires_at, "DE136695976")
    assert Design.objects.get().owner() == Owner(business_id=brass.pk)
    basket = Basket.objects.get(business=brass)
    assert sorted(line.quantity for line in basket.lines.all()) == [2, 100]
    assert BasketLine.objects.count() == 2
    place(buyer, ours, payment_terms="now")
    order = Order.objects.get()
    assert (order.owner(), basket.lines.count()) == (Owner(business_id=brass.pk), 0)
    late = place(buyer, mine, key="0f5b0c1e-1111-4222-8333-444455556669")
    assert late.headers["Location"] == f"/orders/{order.pk}/"
    assert Order.objects.count() == 1


def test_what_a_member_has_ordered_for_themselves_stays_theirs(
    member: Callable[..., Client], brass: Business, variant: PinVariant, now: datetime
) -> None:
    buyer = member(acts=False)
    own = Owner(user_id=User.objects.get(email="buyer@brass.example").pk)
    make_design(now=now, owner=own)
    buyer.post("/basket/add/", {"design": str(Design.objects.get().pk), "quantity": 100})
    mine = quote(buyer)
    place(buyer, mine)
    order = Order.objects.get()
    add(buyer, variant, 1)
    answer = buyer.post(f"/checkout/{mine.pk}/business/", {"business": str(brass.pk)})
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    assert (order.owner(), Design.objects.get().owner()) == (own, own)
    assert (Quote.objects.count(), BasketLine.objects.get().basket.owner()) == (1, own)


def test_a_gift_card_is_bought_for_the_business_by_who_orders_for_it(
    member: Callable[..., Client], brass: Business
) -> None:
    approver, buyer = member(Role.APPROVER), member()
    assert f'name="acting_for" value="{brass.pk}"' in text(buyer.get("/gift-cards/"))
    assert approver.post("/gift-cards/", PRESENT).status_code == 403
    assert buyer.post("/gift-cards/", {**PRESENT, "acting_for": ""}).status_code == 409
    assert Order.objects.count() == 0
    assert buyer.post("/gift-cards/", {**PRESENT, "acting_for": str(brass.pk)}).status_code == 307
    assert Order.objects.get().owner() == Owner(business_id=brass.pk)


def test_a_tab_that_was_made_for_another_changes_nothing(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    buyer = member(acts=False)
    add(buyer, variant, 1)
    assert 'name="acting_for" value=""' in text(buyer.get("/basket/"))
    act_for(buyer, brass)
    line = BasketLine.objects.get()
    seen = {"acting_for": "", "version": line.basket.version}
    answers = [
        buyer.post("/basket/add/", {"variant": str(variant.pk), "quantity": 1, **seen}),
        buyer.post(f"/basket/lines/{line.pk}/", {"quantity": 9, **seen}),
        buyer.post(f"/basket/lines/{line.pk}/remove/", seen),
        buyer.post("/quotes/", {"country": "GB", "checkout": "", **seen}),
    ]
    assert [answer.status_code for answer in answers] == [409] * 4
    assert "you now act for Brass &amp; Co" in text(answers[0])
    assert list(BasketLine.objects.values_list("quantity", flat=True)) == [1]
    assert Quote.objects.count() == 0


def test_who_was_taken_out_acts_for_nobody_but_themselves(
    member: Callable[..., Client], brass: Business, variant: PinVariant
) -> None:
    buyer = member()
    add(buyer, variant, 1)
    made = quote(buyer)
    place(buyer, made)
    order = Order.objects.get()
    Member.objects.all().delete()
    refused = buyer.post("/basket/add/", {"variant": str(variant.pk), "quantity": 3})
    assert refused.status_code == 409
    assert "you now act for yourself" in text(refused)
    assert BasketLine.objects.count() == 0
    paths = [f"/orders/{order.pk}/", f"/quotes/{made.pk}/", f"/checkout/{made.pk}/"]
    assert [buyer.get(path).status_code for path in paths] == [404] * 3
    assert add(buyer, variant, 3).status_code == 302
    assert str(Basket.objects.get(lines__isnull=False).user_id) == buyer.session["_auth_user_id"]
    assert act_for(buyer, brass).status_code == 404


@pytest.mark.parametrize(
    ("who", "reads", "orders", "approves"),
    [
        (Role.OWNER, 200, "may", "may"),
        (Role.BUYER, 200, "may", "may not"),
        (Role.APPROVER, 200, "may not", "may"),
        ("other", 404, "no such thing", "no such thing"),
        ("guest", 404, "no such thing", "no such thing"),
    ],
)
def test_each_role_may_do_what_its_scopes_say(
    member: Callable[..., Client],
    brass: Business,
    variant: PinVariant,
    now: datetime,
    who: str,
    reads: int,
    orders: str,
    approves: str,
) -> None:
    owner = Owner(business_id=brass.pk)
    order = make_order(now=now, owner=owner)
    Quote.objects.update(shipping={"country_name": "United Kingdom", "weight_g": 100})
    line = make_line(order, design=make_design(now=now, owner=owner))
    other = Business.objects.create(name="Other", billing_email="o@example.org")
    browser = {
        "guest": Client,
        "other": lambda: member(Role.OWNER, business=other),
    }.get(who, lambda: member(Role(who)))()
    base = f"/orders/{order.pk}"
    for path in (f"{base}/", f"/quotes/{order.quote_id}/", f"/designs/{line.design_id}/"):
        assert browser.get(path).status_code == reads, path
    ordering = [
        browser.post(f"{base}/price/"),
        browser.post(f"{base}/cancel/"),
        browser.post(f"{base}/pay/"),
        browser.get(f"/checkout/{order.quote_id}/"),
        browser.post(f"/quotes/{order.quote_id}/renew/"),
        browser.post(f"/designs/{line.design_id}/mend/", {"mend": "line"}),
    ]
    approving = [
        browser.post(f"{base}/lines/{line.pk}/proof/approve/", {"proof_hash": "0" * 64, "shown_total_minor": 1}),
        browser.post(f"{base}/lines/{line.pk}/proof/changes/", {"text": "Redder"}),
    ]
    for answers, may in ((ordering, orders), (approving, approves)):
        codes = {answer.status_code for answer in answers}
        if may == "may":
            assert codes.isdisjoint({403, 404})
        else:
            assert codes == {403 if may == "may not" else 404}
    if who == Role.APPROVER:
        assert add(browser, variant, 1).status_code == 403
        assert "Ask somebody who is owner or buyer there." in text(ordering[0])


def test_a_design_goes_into_the_basket_of_whose_it_is(
    member: Callable[..., Client], brass: Business, now: datetime
) -> None:
    buyer = member(acts=False)
    design = make_design(now=now, owner=Owner(business_id=brass.pk))
    answer = buyer.post("/basket/add/", {"design": str(design.pk), "quantity": 100})
    assert answer.status_code == 409
    assert "to act for Brass &amp; Co, then put it" in text(answer)
    act_for(buyer, brass)
    assert buyer.post("/basket/add/", {"design": str(design.pk), "quantity": 100}).status_code == 302
    assert Basket.objects.get(lines__isnull=False).owner() == Owner(business_id=brass.pk)


def test_nobody_acts_for_a_business_of_others(client: Client, ada: User, brass: Business) -> None:
    assert act_for(client, brass).status_code == 302  # to sign in
    client.force_login(ada)
    assert act_for(client, brass).status_code == 404
    assert "acting_for" not in client.session


def test_certificates_of_a_business_are_its_own_and_handed_in_by_who_orders(
    member: Callable[..., Client], brass: Business
) -> None:
    buyer, approver = member(), member(Role.APPROVER)
    given = {"country": "GB", "acting_for": str(brass.pk)}
    paper = SimpleUploadedFile("exempt.pdf", b"%PDF-1.7 exempt", content_type="application/pdf")
    assert buyer.post("/account/tax/", {**given, "file": paper}).status_code == 302
    row = ExemptionCertificate.objects.get()
    assert row.owner() == Owner(business_id=brass.pk)
    shown = text(approver.get("/account/tax/"))
    assert "exempt.pdf" in shown
    assert "Buyers and owners of Brass &amp; Co hand certificates in." in shown
    picture = SimpleUploadedFile("exempt.gif", b"GIF89a", content_type="image/gif")
    refused = buyer.post("/account/tax/", {**given, "file": picture})
    assert (refused.status_code, "PDF, PNG or JPEG of at most 10 MB" in text(refused)) == (422, True)
    paper.seek(0)
    assert approver.post("/account/tax/", {**given, "file": paper}).status_code == 403
    act_for(buyer, None)
    assert "exempt.pdf" not in text(buyer.get("/account/tax/"))
    assert ExemptionCertificate.objects.count() == 1
