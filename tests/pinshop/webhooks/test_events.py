"""Events: each new state told once, numbered without gaps, to those who listen."""

import threading
import time
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from pinshop.accounts.models import Business
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutboxMessage
from pinshop.webhooks.models import Delivery, Endpoint, Event, Feed
from pinshop.webhooks.services import endpoints, events
from tests import races


def _publish(business: Business, now: datetime, subject: str = "order:1", **changes: Any) -> Event | None:
    return events.publish(
        **{
            "business_id": business.pk,
            "live": True,
            "type": "order.updated",
            "subject": subject,
            "read": lambda: {"number": "P-1"},
            "now": now,
            **changes,
        }
    )


def test_state_is_told_once_with_one_delivery(business: Business, endpoint: Endpoint, now: datetime) -> None:
    assert _publish(business, now) is not None
    assert _publish(business, now) is None
    assert (Event.objects.count(), Delivery.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)
    message = OutboxMessage.objects.get()
    assert (message.topic, message.queue) == ("webhooks.delivery.send", "outbound")


def test_state_that_comes_back_is_told_again(business: Business, now: datetime) -> None:
    states = [_publish(business, now, read=lambda state=state: {"state": state}) for state in ("a", "b", "b", "a")]
    assert [event and event.sequence for event in states] == [1, 2, None, 3]


def test_two_subjects_in_the_same_state_are_both_told(business: Business, now: datetime) -> None:
    assert [_publish(business, now, f"order:{n}") is not None for n in (1, 2)] == [True, True]


def test_event_of_a_rolled_back_change_leaves_no_gap(business: Business, endpoint: Endpoint, now: datetime) -> None:
    with transaction.atomic():
        _publish(business, now, "a")
        transaction.set_rollback(True)
    assert (Event.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    assert [event.sequence for key in ("b", "c") if (event := _publish(business, now, key))] == [1, 2]


def test_each_side_of_each_business_counts_for_itself(business: Business, now: datetime) -> None:
    other = Business.objects.create(name="Other", billing_email="o@example.com")
    published = [
        _publish(business, now),
        _publish(business, now, live=False),
        _publish(other, now),
        _publish(business, now, "order:2"),
    ]
    assert [event and event.sequence for event in published] == [1, 1, 1, 2]


def test_only_those_who_listen_are_told(business: Business, endpoint: Endpoint, now: datetime) -> None:
    def create(path: str, owner: Business = business, *, live: bool = True) -> Endpoint:
        return endpoints.create(
            business_id=owner.pk,
            live=live,
            url=f"https://hooks.example/{path}",
            event_types=["order.updated"],
            actor=SYSTEM,
            now=now,
        )

    second, disabled = create("second"), create("disabled")
    create("test", live=False)
    create("foreign", Business.objects.create(name="Other", billing_email="o@example.com"))
    endpoints.disable(endpoint_id=disabled.pk, reason="test", actor=SYSTEM, now=now)
    _publish(business, now)
    assert set(Delivery.objects.values_list("endpoint_id", flat=True)) == {endpoint.pk, second.pk}


def test_business_without_endpoints_still_has_its_events(business: Business, now: datetime) -> None:
    _publish(business, now)
    assert (Event.objects.count(), Delivery.objects.count()) == (1, 0)


class Truth:
    """A state that only grows, as committed rows do; reading it takes a moment."""

    def __init__(self) -> None:
        self.lock, self.value = threading.Lock(), 0

    def grow(self) -> None:
        with self.lock:
            self.value += 1

    def read(self) -> dict[str, int]:
        seen = self.value
        time.sleep(0.005)
        return {"value": seen}


def _race(business: Business, now: datetime) -> tuple[list[Any], list[int]]:
    """Sixteen changes at once, each told; returns what each call gave, and the states by sequence."""
    truth = Truth()
    _publish(business, now, read=truth.read)  # the feed exists, so that nobody waits for its first row

    def change() -> Event | None:
        truth.grow()
        return _publish(business, now, read=truth.read)

    results = races.run(change)
    return results, [event.data["value"] for event in Event.objects.order_by("sequence")]


@pytest.mark.django_db(transaction=True)
def test_higher_sequence_never_carries_an_older_state(business: Business, now: datetime) -> None:
    results, told = _race(business, now)
    assert not [result for result in results if isinstance(result, Exception)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 16)
    assert list(Event.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, len(told) + 1))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_feed_two_events_claim_one_place(
    business: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the feed's row lock is what keeps the race out; the UNIQUE then refuses the losers."""

    def unlocked(*, business_id: Any, live: bool) -> Feed:
        Feed.objects.bulk_create([Feed(business_id=business_id, live=live)], ignore_conflicts=True)
        return Feed.objects.get(business_id=business_id, live=live)

    monkeypatch.setattr(events, "_lock_feed", unlocked)
    _publish(business, now)
    both_in, subjects = threading.Barrier(2, timeout=10), iter(("order:2", "order:3"))

    def read() -> dict[str, str]:
        both_in.wait()
        return {"number": "P-2"}

    results = races.run(lambda: _publish(business, now, next(subjects), read=read), threads=2)
    assert sorted(type(result).__name__ for result in results) == ["Event", "IntegrityError"]
