"""The Stripe sandbox as the shop's provider, and a customer who pays there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog.models import PinVariant
from orders.models import Order
from orders.payments.models import Payment
from orders.quoted import Address, Contact, Wish
from orders.services import checkout, quotes
from pinshop.accounts.owners import Owner
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money
from pinshop.local.serving import Running, running
from tests.orders.factories import ADDRESS, GUEST
from tests.pinshop.local.receiver import Message, Receiver, receiving

SECRET = "whsec_of_these_tests"
GOOD, DECLINED = "4242424242424242", "4000000000000002"
# Stripe's card whose refunds fail after they were taken.
REFUND_FAILS = "4000000000005126"


@dataclass(frozen=True)
class Sandbox:
    """The provider, what it told the shop, and the customer's browser."""

    server: Running
    receiver: Receiver
    browser: httpx.Client = field(repr=False)

    def pay(self, payment: Payment, number: str = GOOD) -> httpx.Response:
        """Fill in the payment page."""
        form = {"email": "ada@example.org", "number": number, "expiry": "12 / 34", "cvc": "123", "name": "Ada"}
        return self.browser.post(payment.page_url, data=form)

    def shown_amount(self, payment: Payment) -> str:
        """The total that the payment page shows."""
        found = re.findall(r"\$[\d,]+\.\d\d", self.browser.get(payment.page_url).text)
        return str(found[0])

    def wait_for(self, kind: str, about: str) -> Message:
        """The message of this type about this object, once it came."""

        def fits(message: Message) -> bool:
            return message.json["type"] == kind and message.json["data"]["object"]["id"] == about

        self.receiver.wait(lambda messages: any(map(fits, messages)))
        return next(filter(fits, self.receiver.messages))


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    state = tmp_path_factory.mktemp("stripe")
    with receiving() as receiver:
        options = ("--webhook-url", receiver.url, "--webhook-secret", SECRET, "--refund-seconds", "0.3")
        with running("stripe", *options, state=state) as server, httpx.Client(trust_env=False) as browser:
            yield Sandbox(server, receiver, browser)


@pytest.fixture
def sandbox(_sandbox: Sandbox, settings: Settings) -> Sandbox:
    """The sandbox, set as the shop's provider as production sets Stripe."""
    settings.STRIPE_API_BASE = _sandbox.server.url
    settings.STRIPE_SECRET_KEY = "sk_test_123"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_the_one_before", SECRET]
    return _sandbox


@pytest.fixture
def order(variant: PinVariant, destinations: None) -> Order:
    """Two moths for Great Britain, unpaid: $29.00. Placed now, because the sandbox reads the real clock."""
    return place_order(variant, quantity=2)


def place_order(
    variant: PinVariant, *, quantity: int = 1, owner: Owner = GUEST, key: str = "one", now: datetime | None = None
) -> Order:
    """An unpaid order of ready-made pins."""
    at = now or timezone.now()
    wish = Wish(quantity=quantity, variant_id=variant.pk)
    quote = quotes.make(owner=owner, lines=[wish], country="GB", currency="USD", now=at)
    return checkout.place_order(
        quote_id=quote.pk,
        shown_total=Money(quote.total_minor, quote.currency),
        contact=Contact(email="ada@example.org", name="Ada Lovelace"),
        address=Address.from_json(ADDRESS),
        owner=owner,
        actor=SYSTEM,
        key=key,
        now=at,
    )
