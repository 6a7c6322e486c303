"""Endpoints: only addresses that may be called, one of each, secret shown once."""

import base64
from datetime import datetime
from typing import Any

import pytest

from pinshop.accounts.models import Business
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid
from pinshop.webhooks.models import Endpoint
from pinshop.webhooks.selectors import endpoints as selectors
from pinshop.webhooks.services import endpoints


def _create(business: Business, now: datetime, url: str = "https://hooks.example/pins", **changes: Any) -> Endpoint:
    return endpoints.create(
        **{
            "business_id": business.pk,
            "live": True,
            "url": url,
            "event_types": ["order.updated"],
            "actor": SYSTEM,
            "now": now,
            **changes,
        }
    )


def test_endpoint_gets_a_secret_of_its_own(business: Business, now: datetime) -> None:
    first, second = _create(business, now), _create(business, now, url="https://hooks.example/other")
    assert first.secret != second.secret
    assert len(base64.b64decode(first.secret.removeprefix("whsec_"))) == 24
    assert [entry.action for entry in audit.list_entries(subject=first)] == ["endpoint.created"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://hooks.example/x", "Use an https address"),
        ("ftp://hooks.example/x", "is not an http address"),
        ("hooks.example", "is not an http address"),
        ("https://10.0.0.1/x", "is a private address"),
        ("https://[::1]/x", "is a private address"),
        ("https://169.254.169.254/latest/meta-data", "is a private address"),
        ("https://ann:secret@hooks.example/x", "Leave user name, password and fragment out"),
        ("https://hooks.example/x#part", "Leave user name, password and fragment out"),
        ("https://hooks.example/" + "x" * 500, "500 characters"),
    ],
)
def test_address_that_may_not_be_called_is_refused(business: Business, now: datetime, url: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        _create(business, now, url)
    assert problem in refused.value.fields["url"]
    assert Endpoint.objects.count() == 0


def test_local_address_is_refused_where_it_is_not_allowed(business: Business, now: datetime, settings: Any) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = []
    with pytest.raises(Invalid):
        _create(business, now, "http://127.0.0.1:9000/x")
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    assert _create(business, now, "http://127.0.0.1:9000/x").url == "http://127.0.0.1:9000/x"


def test_unknown_event_type_is_refused_with_those_there_are(business: Business, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        _create(business, now, event_types=["order.updated", "order.eaten"])
    assert refused.value.message == "Unknown event types: order.eaten."
    assert refused.value.extra["valid_values"] == {"event_types": ["order.updated", "privacy.requested"]}


def test_same_address_is_listened_at_once_per_side(business: Business, now: datetime) -> None:
    first = _create(business, now)
    with pytest.raises(endpoints.EndpointExists) as refused:
        _create(business, now)
    assert refused.value.extra == {"endpoint_id": str(first.pk)}
    assert _create(business, now, live=False).live is False


def test_twenty_endpoints_are_enough(business: Business, now: datetime) -> None:
    for number in range(20):
        _create(business, now, f"https://hooks.example/{number}")
    with pytest.raises(Invalid, match="20 endpoints already"):
        _create(business, now)


def test_deleted_endpoint_is_gone_and_its_address_free_again(business: Business, now: datetime) -> None:
    endpoint = _create(business, now)
    assert endpoints.delete(endpoint_id=endpoint.pk, actor=SYSTEM, now=now) is True
    assert endpoints.delete(endpoint_id=endpoint.pk, actor=SYSTEM, now=now) is False
    assert list(selectors.list_endpoints(business_id=business.pk, live=True)) == []
    assert [entry.action for entry in audit.list_entries(subject=endpoint)] == [
        "endpoint.created",
        "endpoint.disabled",
        "endpoint.deleted",
    ]
    assert _create(business, now).pk != endpoint.pk
