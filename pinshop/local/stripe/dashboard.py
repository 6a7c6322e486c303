import json
from datetime import UTC, datetime
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from pinshop.local.store import Json
from pinshop.local.stripe.cards import CARDS
from pinshop.local.stripe.currencies import show
from pinshop.local.stripe.events import Sandbox
from pinshop.local.web import Urls

_SHOWN = 50


def urls(sandbox: Sandbox) -> Urls:
    """The pages and switches for whoever runs the sandbox."""
    return (
        path("", partial(overview, sandbox)),
        path("events/<str:event_id>", partial(event, sandbox)),
        path("events/<str:event_id>/resend", require_POST(partial(resend, sandbox))),
        path("sandbox/clock", require_POST(partial(advance, sandbox))),
        path("sandbox/faults", require_POST(sandbox.faults.switch)),
    )


def overview(sandbox: Sandbox, request: HttpRequest) -> HttpResponse:
    """Payments and events, newest first."""
    store = sandbox.store
    deliveries = store.list_newest("delivery", limit=4 * _SHOWN)
    events = [
        {**each, "at": _time(each["created"]), "delivery": _summary(each["id"], deliveries)}
        for each in store.list_newest("event", limit=_SHOWN)
    ]
    sessions = [
        {**each, "at": _time(each["created"]), "total": show(each["amount_total"], each["currency"])}
        for each in store.list_newest("checkout.session", limit=_SHOWN)
    ]
    context = {"events": events, "sessions": sessions, "webhook_url": sandbox.webhook_url, "cards": CARDS}
    return render(request, "overview.html", context)


def event(sandbox: Sandbox, request: HttpRequest, event_id: str) -> HttpResponse:
    """One event, its deliveries and their attempts."""
    found = sandbox.store.find("event", event_id)
    if found is None:
        return HttpResponseNotFound("There is no such event.")
    deliveries = sandbox.courier.list_deliveries(event_id)
    for delivery in deliveries:
        for attempt in delivery["attempts"]:
            attempt["at"] = _time(attempt["at"])
    context = {
        "event": found,
        "at": _time(found["created"]),
        "payload": json.dumps(found, indent=2, ensure_ascii=False),
        "deliveries": deliveries,
        "can_resend": sandbox.webhook_url is not None,
    }
    return render(request, "event.html", context)


def resend(sandbox: Sandbox, _request: HttpRequest, event_id: str) -> HttpResponse:
    """Sends an event to the webhook endpoint once more."""
    found = sandbox.store.find("event", event_id)
    if found is None or sandbox.webhook_url is None:
        return HttpResponseNotFound("There is no such event, or no webhook endpoint is set.")
    body = json.dumps({**found, "pending_webhooks": 1}, indent=2)
    sandbox.courier.send(message_id=event_id, url=sandbox.webhook_url, body=body)
    return HttpResponseRedirect(f"/events/{event_id}")


def advance(sandbox: Sandbox, request: HttpRequest) -> HttpResponse:
    """Moves the sandbox's time forward: `POST {"seconds": 86400}` lets open sessions expire."""
    try:
        seconds = float(json.loads(request.body)["seconds"])
    except (ValueError, KeyError, TypeError):
        seconds = -1.0
    if not 0 <= seconds < 10**9:
        return JsonResponse({"detail": 'Send JSON such as {"seconds": 3600}.'}, status=422)
    sandbox.clock.advance(seconds)
    sandbox.store.due_changed.set()
    return JsonResponse({"now": sandbox.now})


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _summary(event_id: str, deliveries: list[Json]) -> str:
    of_event = [each for each in deliveries if each["message_id"] == event_id]
    if not of_event:
        return "not sent"
    if any(each["state"] == "delivered" for each in of_event):
        return "delivered"
    return str(of_event[0]["state"])
