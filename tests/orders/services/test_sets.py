"""Several designs put into the basket together: all or none, and once, however many press at the same moment."""

from datetime import datetime
from unittest.mock import ANY

import pytest

from designs.errors import DesignNotFound, DesignNotReady
from designs.models import Design
from orders.models import Basket, BasketLine
from orders.services import baskets
from orders.services.baskets import BasketChanged
from pinshop.accounts.owners import Owner
from tests import races
from tests.orders.factories import GUEST, make_design

RIVALS = 8


def _add(*designs: Design, now: datetime, version: int = 0) -> Basket:
    ids = [design.pk for design in designs]
    return baskets.add_designs(owner=GUEST, design_ids=ids, quantity=50, version=version, now=now)


def _quantities() -> list[int]:
    return list(BasketLine.objects.order_by("created_at", "pk").values_list("quantity", flat=True))


@pytest.mark.django_db
def test_set_is_taken_whole_or_not_at_all(now: datetime) -> None:
    mine, another = make_design(now=now), make_design(now=now, owner=Owner(guest_key="somebody-else"))
    unready = make_design(now=now)
    Design.objects.filter(pk=unready.pk).update(state="received")
    for wrong, error in ((another, DesignNotFound), (unready, DesignNotReady)):
        with pytest.raises(error):
            _add(mine, wrong, now=now)
    assert Basket.objects.count() == 0
    basket = _add(mine, make_design(now=now), now=now)
    assert _quantities() == [50, 50]
    with pytest.raises(BasketChanged):
        _add(mine, now=now)
    _add(mine, now=now, version=basket.version)
    assert sorted(_quantities()) == [50, 100]


def _race(now: datetime) -> tuple[int, list[int]]:
    """How many of the rivals who saw no basket were served, and what is in it."""
    design = make_design(now=now)
    results = races.run(lambda: _add(design, now=now), threads=RIVALS)
    assert all(isinstance(result, Basket | BasketChanged) for result in results), results
    return sum(isinstance(result, Basket) for result in results), _quantities()


@pytest.mark.django_db(transaction=True)
def test_one_of_many_presses_at_the_same_moment_is_taken(now: datetime) -> None:
    assert _race(now) == (1, [50])


@pytest.mark.django_db(transaction=True)
def test_race_without_the_guard_adds_every_press(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baskets, "FIRST_VERSION", ANY)
    assert _race(now) == (RIVALS, [50 * RIVALS])
