from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path

from pinshop.local.store import Json
from pinshop.local.stripe import checkout, payments
from pinshop.local.stripe.cards import CARDS, NOT_A_TEST_CARD, Card, find_by_number, passes_checksum
from pinshop.local.stripe.currencies import show
from pinshop.local.stripe.events import Cause, Sandbox
from pinshop.local.web import Urls

_FIELDS = ("email", "number", "expiry", "cvc", "name")


def urls(sandbox: Sandbox) -> Urls:
    """The pages that a customer sees: payment and 3-D Secure."""
    return (
        path("c/pay/<str:session_id>", partial(pay, sandbox)),
        path("authenticate/<str:intent_id>", partial(authenticate, sandbox)),
    )


@dataclass(frozen=True)
class Problem:
    """A sentence for the customer and the field that it is about ("" for the payment as a whole)."""

    field: str
    message: str


def pay(sandbox: Sandbox, request: HttpRequest, session_id: str) -> HttpResponse:
    """The hosted payment page: shows the session, takes a card, redirects when paid."""
    with sandbox.store.transaction():
        session = sandbox.store.find("checkout.session", session_id)
        if session is None:
            text = "The address is not one that the shop made."
            return _message(request, "There is no such payment page.", text, status=404)
        if session["status"] == "open" and session["expires_at"] <= sandbox.now:
            session = checkout.expire(sandbox, session, cause=Cause())
        if session["status"] != "open":
            return _closed(request, session)
        if request.method == "POST":
            return _attempt_payment(sandbox, request, session)
        problems = _last_problem(sandbox, session)
    typed = {**dict.fromkeys(_FIELDS, ""), "email": session["customer_email"] or ""}
    return _page(sandbox, request, session, typed, problems)


def _attempt_payment(sandbox: Sandbox, request: HttpRequest, session: Json) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    problems = _check(typed, sandbox.now)
    card = find_by_number(_digits(typed["number"]))
    if not problems and card is None:
        problems = (Problem("number", NOT_A_TEST_CARD.message),)
    if problems or card is None:
        return _page(sandbox, request, session, typed, problems)
    base_url = f"{request.scheme}://{request.get_host()}"
    intent = checkout.pay(sandbox, session, _attempt(typed, card), base_url=base_url)
    if intent["status"] == "succeeded":
        return HttpResponseRedirect(checkout.success_url(session))
    if intent["status"] == "requires_action":
        return HttpResponseRedirect(intent["next_action"]["redirect_to_url"]["url"])
    declined = Problem("", intent["last_payment_error"]["message"])
    return _page(sandbox, request, session, typed, (declined,))


def authenticate(sandbox: Sandbox, request: HttpRequest, intent_id: str) -> HttpResponse:
    """The bank's 3-D Secure challenge, to pass or to fail."""
    with sandbox.store.transaction():
        intent = sandbox.store.find("payment_intent", intent_id)
        if intent is None or intent["status"] != "requires_action":
            text = "The payment is not waiting for the bank."
            return _message(request, "There is nothing to authenticate.", text, status=404)
        session = checkout.find_session_of(sandbox, intent_id)
        back = intent["next_action"]["redirect_to_url"]["return_url"] or "/"
        target = checkout.success_url(session) if session else back
        if request.method != "POST":
            amount = show(intent["amount"], intent["currency"])
            response = render(request, "challenge.html", {"amount": amount})
            return _allow_form_to(response, target)
        passed = request.POST.get("answer") == "pass"
        if session is None:
            intent = payments.authenticate(sandbox, intent, passed=passed, cause=Cause())
        else:
            intent = checkout.authenticate(sandbox, session, intent, passed=passed)
    if session is None:
        status = "succeeded" if intent["status"] == "succeeded" else "failed"
        query = urlencode({"payment_intent": intent_id, "redirect_status": status})
        return HttpResponseRedirect(f"{back}{'&' if '?' in back else '?'}{query}")
    if intent["status"] == "succeeded":
        return HttpResponseRedirect(target)
    return HttpResponseRedirect(session["url"])


def _page(
    sandbox: Sandbox,
    request: HttpRequest,
    session: Json,
    typed: dict[str, str],
    problems: tuple[Problem, ...],
) -> HttpResponse:
    items = sandbox.store.get("checkout", session["id"])["line_items"]
    lines = [
        {
            "description": item["description"],
            "quantity": item["quantity"],
            "unit": show(item["price"]["unit_amount"], item["currency"]),
            "total": show(item["amount_total"], item["currency"]),
        }
        for item in items
    ]
    context = {
        "session": session,
        "lines": lines,
        "total": show(session["amount_total"], session["currency"]),
        "typed": typed,
        "errors": {problem.field or "payment": problem.message for problem in problems},
        "cards": CARDS,
        "expires_at": datetime.fromtimestamp(session["expires_at"], tz=UTC),
        "action": f"/c/pay/{session['id']}",
    }
    response = render(request, "pay.html", context, status=402 if problems and request.method == "POST" else 200)
    return _allow_form_to(response, session["success_url"])


def _last_problem(sandbox: Sandbox, session: Json) -> tuple[Problem, ...]:
    intent = sandbox.store.find("payment_intent", session["payment_intent"] or "")
    error = intent["last_payment_error"] if intent else None
    return (Problem("", error["message"]),) if error else ()


def _allow_form_to(response: HttpResponse, url: str) -> HttpResponse:
    # Browsers hold the redirect after a form to form-action too, so the shop's origin has to be named.
    parts = urlsplit(url)
    shop = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{shop}"
    )
    return response


def _closed(request: HttpRequest, session: Json) -> HttpResponse:
    if session["status"] == "expired":
        title = "This payment page has expired."
        return _message(request, title, "Nothing was charged.", status=410, back=session["cancel_url"])
    if request.method == "POST":
        return HttpResponseRedirect(checkout.success_url(session))
    text = "This was paid already."
    return _message(request, "You're all done here.", text, status=200, back=checkout.success_url(session))


def _message(request: HttpRequest, title: str, text: str, *, status: int, back: str | None = None) -> HttpResponse:
    return render(request, "message.html", {"title": title, "text": text, "back": back}, status=status)


def _attempt(typed: dict[str, str], card: Card) -> payments.Attempt:
    month, year = _expiry(typed["expiry"]) or (0, 0)
    return payments.Attempt(card=card, expiry=(month, year), email=typed["email"], name=typed["name"])


def _check(typed: dict[str, str], now: int) -> tuple[Problem, ...]:
    problems = []
    name, at, domain = typed["email"].rpartition("@")
    if not (name and at and "." in domain):
        problems.append(Problem("email", "Your email is incomplete: write it as name@example.com."))
    number = _digits(typed["number"])
    if not passes_checksum(number):
        problems.append(Problem("number", "Your card number is invalid."))
    today = datetime.fromtimestamp(now, tz=UTC)
    expiry = _expiry(typed["expiry"])
    if expiry is None:
        problems.append(Problem("expiry", "Your card's expiration date is incomplete: write it as MM / YY."))
    elif (expiry[1], expiry[0]) < (today.year, today.month):
        problems.append(Problem("expiry", "Your card's expiration date is in the past."))
    digits = 4 if number.startswith("37") else 3
    if not (typed["cvc"].isdigit() and len(typed["cvc"]) == digits):
        problems.append(Problem("cvc", f"Your card's security code is incomplete: it has {digits} digits."))
    if not typed["name"]:
        problems.append(Problem("name", "Write the name on the card."))
    return tuple(problems)


def _digits(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _expiry(written: str) -> tuple[int, int] | None:
    month, _, year = written.replace(" ", "").partition("/")
    if not (month.isdigit() and year.isdigit() and 1 <= int(month) <= 12 and len(year) in {2, 4}):
        return None
    return int(month), int(year) + (2000 if len(year) == 2 else 0)
