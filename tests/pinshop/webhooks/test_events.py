"""Events: stored with the change, once per key, numbered without gaps, told to those who listen."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pinshop.accounts.models import Business
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutboxMessage
from pinshop.webhooks.models import Delivery, Endpoint, Event, Feed
from pinshop.webhooks.services import endpoints, events
from tests import races


def _publish(business: Business, now: datetime, key: str = "k", **changes: Any) -> Event:
    return events.publish(
        **{
            "business_id": business.pk,
            "live": True,
            "type": "order.updated",
            "data": {"number": "P-1"},
            "key": key,
            "now": now,
            **changes,
        }
    )


def test_event_is_stored_once_per_key_with_one_delivery(business: Business, endpoint: Endpoint, now: datetime) -> None:
    assert _publish(business, now) == _publish(business, now)
    assert (Event.objects.count(), Delivery.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)
    message = OutboxMessage.objects.get()
    assert (message.topic, message.queue) == ("webhooks.delivery.send", "outbound")


def test_event_of_a_rolled_back_change_leaves_no_gap(business: Business, endpoint: Endpoint, now: datetime) -> None:
    with transaction.atomic():
        _publish(business, now, "a")
        transaction.set_rollback(True)
    assert (Event.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    assert [_publish(business, now, key).sequence for key in ("b", "c")] == [1, 2]


def test_each_side_of_each_business_counts_for_itself(business: Business, now: datetime) -> None:
    other = Business.objects.create(name="Other", billing_email="o@example.com")
    published = [
        _publish(business, now),
        _publish(business, now, live=False),
        _publish(other, now),
        _publish(business, now, "k2"),
    ]
    assert [event.sequence for event in published] == [1, 1, 1, 2]


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


@pytest.mark.django_db(transaction=True)
def test_events_published_at_once_get_places_without_gaps(business: Business, now: datetime) -> None:
    keys = iter(range(16))
    results = races.run(lambda: _publish(business, now, str(next(keys))).sequence)
    assert sorted(results) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_feed_two_events_claim_one_place(
    business: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the feed's row lock is what keeps the race out; the UNIQUE then refuses the loser."""

    def unlocked(*, business_id: Any, live: bool) -> Feed:
        Feed.objects.bulk_create([Feed(business_id=business_id, live=live)], ignore_conflicts=True)
        return Feed.objects.get(business_id=business_id, live=live)

    monkeypatch.setattr(events, "_lock_feed", unlocked)
    _publish(business, now, "first")
    keys = iter(range(16))
    results = races.run(lambda: _publish(business, now, str(next(keys))).sequence)
    assert any(isinstance(result, IntegrityError) for result in results)
