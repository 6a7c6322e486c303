"""What is proofed and made is what was priced, whatever becomes of the design between quote and payment."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from designs.models import Artwork, Design, Proof
from orders.models import Order
from orders.quoted import Address, Contact, Wish
from orders.services import checkout, fulfilment, quotes
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money
from tests.orders.factories import GUEST, SPEC, US_ADDRESS, make_design

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


def _order(design: Design, now: datetime) -> Order:
    quote = quotes.make(owner=GUEST, lines=[Wish(100, design_id=design.pk)], country="US", currency="USD", now=now)
    return checkout.place_order(
        quote_id=quote.pk,
        shown_total=Money(quote.total_minor, "USD"),
        contact=Contact("ada@example.com", "Ada"),
        address=Address.from_json(US_ADDRESS),
        owner=GUEST,
        actor=SYSTEM,
        key="one",
        now=now,
    )


def test_proof_shows_the_drawing_that_was_quoted_and_not_a_later_one(now: datetime) -> None:
    design = make_design(now=now)
    Design.objects.filter(pk=design.pk).update(flatten={"max_colours": 3})
    order = _order(design, now)
    later = Artwork.objects.create(
        sha256="f" * 64, media_type="image/png", size=1, name="twelve-colours.png", created_at=now
    )
    Design.objects.filter(pk=design.pk).update(flatten={"max_colours": 12}, artwork=later)
    Order.objects.filter(pk=order.pk).update(paid_at=now, confirmed_at=now)
    fulfilment.start(order_id=order.pk, now=now)
    proof = Proof.objects.get(design=design)
    assert (proof.artwork_id, proof.flatten) == (design.artwork_id, {"max_colours": 3})


def test_line_put_into_the_basket_before_a_change_is_priced_as_measured_now(now: datetime) -> None:
    design = make_design(now=now)
    measured = len(design.measures["colours"])
    stale = replace(SPEC, colours=measured + 9)
    made = quotes.make(
        owner=GUEST, lines=[Wish(100, design_id=design.pk, spec=stale)], country="US", currency="USD", now=now
    )
    assert made.lines[0]["spec"]["colours"] == measured


def test_design_that_cannot_be_made_is_refused_before_it_is_paid(now: datetime) -> None:
    blocked: dict[str, Any] = {
        "rules_version": "1",
        "changes": [],
        "findings": [
            {
                "number": 1,
                "rule": "silhouette_pieces",
                "severity": "block",
                "message": "The pin falls into 2 pieces.",
                "staff_message": "2 components",
                "mend": "bridge",
                "measured": 2,
                "limit": 1,
                "at_mm": None,
                "box_mm": None,
            }
        ],
    }
    design = make_design(now=now, report=blocked)
    with pytest.raises(quotes.DesignUnmakeable, match="falls into 2 pieces") as refused:
        quotes.make(owner=GUEST, lines=[Wish(100, design_id=design.pk)], country="US", currency="USD", now=now)
    assert list(refused.value.fields) == ["lines.0.design_id"]
