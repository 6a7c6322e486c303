import json
import re
from functools import partial

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from pinshop.local.carrier import parcels
from pinshop.local.carrier.parcels import STEPS, Carrier
from pinshop.local.partner import check_address, is_http_url, problem, refuse_stranger
from pinshop.local.store import Json
from pinshop.local.web import Urls

_NUMBER = re.compile(r"[A-Z0-9]{6,30}")
_FIELDS = frozenset({"number", "callback_url", "ship_to"})


def urls(carrier: Carrier, *, token: str) -> Urls:
    """The API and the pages of the carrier."""
    return (
        path("", partial(documentation, carrier)),
        path("track/<str:number>", partial(track, carrier)),
        path("v1/parcels", partial(create, carrier, token)),
        path("v1/parcels/<str:number>", partial(retrieve, carrier, token)),
    )


def create(carrier: Carrier, token: str, request: HttpRequest) -> HttpResponse:
    """`POST /v1/parcels`."""
    stranger = refuse_stranger(request, token)
    if stranger is not None:
        return stranger
    if request.method != "POST":
        return problem(405, "Method not allowed", "Use POST.")
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        return problem(422, "Not a parcel", "Send a JSON object with ship_to and callback_url.")
    fields = _check(sent, is_known=carrier.store.find("parcel", str(sent.get("number"))) is not None)
    if fields:
        return problem(422, "Not a parcel", f"Please mend: {', '.join(sorted(fields))}.", fields)
    parcel, is_new = parcels.register(
        carrier,
        number=sent.get("number"),
        callback_url=sent.get("callback_url"),
        ship_to=sent.get("ship_to"),
    )
    return JsonResponse(_public(request, parcel), status=201 if is_new else 200)


def retrieve(carrier: Carrier, token: str, request: HttpRequest, number: str) -> HttpResponse:
    """`GET /v1/parcels/{number}`."""
    stranger = refuse_stranger(request, token)
    if stranger is not None:
        return stranger
    parcel = carrier.store.find("parcel", number)
    if parcel is None:
        return problem(404, "Not found", f"There is no parcel {number}.")
    return JsonResponse(_public(request, parcel))


def track(carrier: Carrier, request: HttpRequest, number: str) -> HttpResponse:
    """The page that the receiver of a parcel looks at."""
    parcel = carrier.store.find("parcel", number)
    status = 200 if parcel else 404
    reached = {step["type"]: step["at"] for step in parcel["history"]} if parcel else {}
    steps = [(step.replace("_", " "), reached.get(f"parcel.{step}")) for step in STEPS]
    context = {"number": number, "parcel": parcel, "steps": steps}
    return render(request, "track.html", context, status=status)


def documentation(carrier: Carrier, request: HttpRequest) -> HttpResponse:
    """The API's documentation, and the parcels under way."""
    found = carrier.store.list_newest("parcel", limit=25)
    context = {"parcels": found, "steps": STEPS, "step_seconds": carrier.step_seconds}
    return render(request, "carrier.html", context)


def _check(sent: Json, *, is_known: bool) -> dict[str, str]:
    fields = dict.fromkeys(set(sent) - _FIELDS, "is not a field that we know")
    if "number" in sent and not (isinstance(sent["number"], str) and _NUMBER.fullmatch(sent["number"])):
        fields["number"] = "must be 6 to 30 capital letters and digits; leave it out to get one"
    if "callback_url" in sent and not is_http_url(sent["callback_url"]):
        fields["callback_url"] = "must be an http(s) address: we report the parcel's way there"
    wrong = check_address(sent.get("ship_to"))
    if wrong and not (is_known and "ship_to" not in sent):
        fields["ship_to"] = wrong
    return fields


def _public(request: HttpRequest, parcel: Json) -> Json:
    base_url = f"{request.scheme}://{request.get_host()}"
    shown = ("number", "status", "registered_at", "ship_to", "history")
    return {**{name: parcel[name] for name in shown}, "tracking_url": f"{base_url}/track/{parcel['number']}"}
