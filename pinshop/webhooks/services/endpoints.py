"""Making and ending the endpoints of businesses."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from pinshop.core import audit, http
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid
from pinshop.webhooks.enums import EventType
from pinshop.webhooks.models import Endpoint

MAX_ENDPOINTS = 20
MAX_URL_LENGTH = 500


class EndpointExists(Conflict):
    """The business has an endpoint at this address already."""

    code = "endpoint_exists"


def create(
    *, business_id: UUID, live: bool, url: str, event_types: Sequence[str], actor: Actor, now: datetime
) -> Endpoint:
    """Make an endpoint; its `secret` is to be shown to the business now and never again.

    Raises Invalid for an address that may not be called (https only, no private hosts) or an unknown event type,
    EndpointExists where the address is in use.
    """
    unknown = sorted(set(event_types) - set(EventType.values))
    if unknown or not event_types:
        raise Invalid(
            gettext("Unknown event types: %(known)s.") % {"known": ", ".join(unknown)}
            if unknown
            else gettext("Choose at least one event type."),
            fields={"event_types": gettext("Choose from %(listed)s.") % {"listed": ", ".join(EventType.values)}},
            valid_values={"event_types": EventType.values},
        )
    _check_address(url)
    with transaction.atomic():
        mine = Endpoint.objects.filter(business_id=business_id, live=live, disabled_at=None)
        if mine.count() >= MAX_ENDPOINTS:
            raise Invalid(
                gettext("There are %(max_endpoints)s endpoints already. Delete one that is no longer used.")
                % {"max_endpoints": MAX_ENDPOINTS}
            )
        endpoint, is_new = Endpoint.objects.get_or_create(
            business_id=business_id,
            live=live,
            url=url,
            disabled_at=None,
            defaults={
                "event_types": sorted(set(event_types)),
                "secret": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
                "created_at": now,
            },
        )
        if not is_new:
            raise EndpointExists(gettext("You have an endpoint at this address already."), endpoint_id=str(endpoint.pk))
        audit.record(subject=endpoint, action="endpoint.created", actor=actor, now=now, data={"url": url})
    return endpoint


def disable(*, endpoint_id: UUID, reason: str, actor: Actor, now: datetime) -> bool:
    """Send no more to an endpoint. False where it was disabled before."""
    with transaction.atomic():
        open_endpoint = Endpoint.objects.filter(pk=endpoint_id, disabled_at=None)
        if not open_endpoint.update(disabled_at=now, disabled_reason=reason[:200]):
            return False
        endpoint = Endpoint.objects.get(pk=endpoint_id)
        audit.record(subject=endpoint, action="endpoint.disabled", actor=actor, now=now, data={"reason": reason})
    return True


def delete(*, endpoint_id: UUID, actor: Actor, now: datetime) -> bool:
    """Send no more to an endpoint and show it no more; its deliveries stay in the log. False where it was deleted before."""
    with transaction.atomic():
        disable(endpoint_id=endpoint_id, reason="Deleted.", actor=actor, now=now)
        if not Endpoint.objects.filter(pk=endpoint_id, deleted_at=None).update(deleted_at=now):
            return False
        audit.record(subject=Endpoint.objects.get(pk=endpoint_id), action="endpoint.deleted", actor=actor, now=now)
    return True


def _check_address(url: str) -> None:
    problem = _problem_of(url)
    if problem:
        raise Invalid(gettext("This address cannot be called."), fields={"url": problem})


def _problem_of(url: str) -> str:
    try:
        target, port = http.parse(url)
        hostname = str(target.hostname)
        http.resolve(hostname, port)
    except http.OutboundRefused as refused:
        return f"{refused}."
    except http.Unreachable:
        pass  # a name that has no address yet may have one when the first event comes
    if len(url) > MAX_URL_LENGTH:
        return f"An address may have {MAX_URL_LENGTH} characters."
    if target.scheme != "https" and hostname not in settings.OUTBOUND_PRIVATE_HOSTS:
        return "Use an https address: events name people and what they order."
    if target.username or target.password or urlsplit(url).fragment:
        return "Leave user name, password and fragment out of the address; deliveries are signed."
    return ""
