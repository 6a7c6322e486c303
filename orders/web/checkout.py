"""From the basket to the payment page: quote, one page of checkout, order."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.models import Quote
from orders.payments.selectors.balances import Cover
from orders.payments.services import giftcards
from orders.selectors import quotes as quote_rows
from orders.services import checkout as checkout_service
from orders.services import promises, quotes
from orders.services.baskets import BasketChanged
from orders.services.checkout import PriceChanged, QuoteOrdered
from orders.services.quotes import QuoteExpired
from orders.web import access, shop
from orders.web.forms import CheckoutForm, CountryForm, GiftCardForm, SeenForm
from pinshop.accounts import owners
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core.errors import PinshopError
from pinshop.core.money import Money


@require_POST
@access.answers_refusals
def make_quote(request: HttpRequest) -> HttpResponseBase:
    """Bind today's price of the basket, for the chosen country."""
    form = CountryForm(request.POST)
    if form.is_valid():
        shop.choose_country(request, form.cleaned_data["country"])
    if "estimate" in request.POST:
        return redirect("orders:basket")
    seen = SeenForm(request.POST)
    try:
        quote = quotes.make_from_basket(
            owner=owners.of_request(request),
            country=shop.country_of(request),
            currency=shop.currency_of(request),
            version=seen.cleaned_data["version"] if seen.is_valid() else None,
            now=timezone.now(),
        )
    except BasketChanged as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:basket")
    return redirect("orders:checkout" if "checkout" in request.POST else "orders:quote", quote_id=quote.pk)


@require_safe
@access.answers_refusals
def show_quote(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """The itemised quote, until when it binds, and what can be done with it."""
    quote = quote_rows.get_quote(quote_id=quote_id, owner=owners.of_request(request))
    return render(request, "orders/quote.html", _quote_context(quote))


@require_POST
@access.answers_refusals
def renew_quote(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """A new quote for the same lines at today's prices."""
    quote = quotes.renew(quote_id=quote_id, owner=owners.of_request(request), now=timezone.now())
    return redirect("orders:quote", quote_id=quote.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def checkout(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """Contact and address on one page; sent, it makes the order and leads to the payment page."""
    owner = owners.of_request(request)
    quote = quote_rows.get_quote(quote_id=quote_id, owner=owner)
    if hasattr(quote, "order"):
        return redirect("orders:order", order_id=quote.order.pk)
    form = CheckoutForm(request.POST or None, initial=_initial(request, quote))
    cards = GiftCardForm(request.POST or None, required=False)
    refusal: PinshopError | None = None
    cover: Cover | None = None
    try:
        if "apply" in request.POST:
            form = CheckoutForm(initial={**_initial(request, quote), **request.POST.dict()})
            cover = _preview(cards, quote, owner)
        elif request.method == "POST" and form.is_valid() and cards.is_valid():
            return _place(request, quote, form, cards)
    except QuoteOrdered as ordered:
        return redirect("orders:order", order_id=ordered.extra["order_id"])
    except PinshopError as error:
        refusal = error
    context = {**_quote_context(quote), "form": form, "cards": cards, "cover": cover, "refusal": refusal}
    context["must_renew"] = isinstance(refusal, QuoteExpired | PriceChanged) or context["expired"]
    return render(request, "orders/checkout.html", context, status=refusal.status if refusal else 200)


def _preview(cards: GiftCardForm, quote: Quote, owner: Owner) -> Cover | None:
    """What the gift cards would pay; nothing happens yet."""
    codes = cards.cleaned_data["gift_cards"] if cards.is_valid() else ""
    if not codes:
        return None
    total = Money(quote.total_minor, quote.currency)
    return giftcards.preview(codes=codes, total=total, owner=owner, now=timezone.now())


def _place(request: HttpRequest, quote: Quote, form: CheckoutForm, cards: GiftCardForm) -> HttpResponseBase:
    """Order, and go on to where the rest is paid."""
    owner, now, codes = owners.of_request(request), timezone.now(), cards.cleaned_data["gift_cards"]
    if codes:
        giftcards.check_tries(owner=owner, now=now)
    order = checkout_service.place_order(
        quote_id=quote.pk,
        shown_total=Money(form.cleaned_data["shown_total_minor"], quote.currency),
        contact=replace(form.contact(), gift_cards=codes),
        address=form.address(quote.country),
        owner=owner,
        actor=owners.actor_of_request(request),
        key=str(form.cleaned_data["key"]),
        now=now,
    )
    if order.paid_at is not None:
        return redirect("orders:paid", order_id=order.pk)
    # 307 has the browser send its form on: to a page that speaks to the provider, while the order is safe.
    return redirect("orders:pay", order_id=order.pk, preserve_request=True)


def _initial(request: HttpRequest, quote: Quote) -> dict[str, object]:
    known: dict[str, object] = {"shown_total_minor": quote.total_minor}
    if isinstance(request.user, User):
        known |= {"email": request.user.email, "name": request.user.name}
    return known


def _quote_context(quote: Quote) -> dict[str, object]:
    lines = quote_rows.lines_of(quote)
    dates = promises.list_ship_dates(lines=lines, start=timezone.localdate())
    return {
        "quote": quote,
        "promised": list(zip(lines, dates, strict=True)),
        "totals": quote_rows.totals_of(quote),
        "tax": quote_rows.tax_of(quote),
        "expired": timezone.now() >= quote.expires_at,
        "order": getattr(quote, "order", None),
    }
