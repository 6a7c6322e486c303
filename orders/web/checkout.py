"""From the basket to the payment page: quote, one page of checkout, order."""

from dataclasses import asdict
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.web import market
from orders.models import Order, Quote
from orders.payments.selectors.balances import Cover
from orders.payments.services import giftcards
from orders.quoted import NO_CHOICES, Choices
from orders.selectors import credit, orders, shipping
from orders.selectors import quotes as quote_rows
from orders.selectors.tariffs import Destination
from orders.services import addresses, behalf, payment_terms, promises, quotes, totals, tries, vat_numbers
from orders.services import checkout as checkout_service
from orders.services.baskets import BasketChanged
from orders.services.checkout import QuoteOrdered
from orders.services.quotes import QuoteExpired
from orders.services.vouchers import VoucherRefused
from orders.web import access
from orders.web.forms.basket import MarketForm, SeenForm
from orders.web.forms.checkout import CheckoutForm, OrderForForm
from pinshop.accounts import acting, owners, selectors
from pinshop.accounts.enums import Scope
from pinshop.accounts.models import Business, Member, User
from pinshop.core import languages
from pinshop.core.errors import PinshopError
from pinshop.core.money import Money


@require_POST
@access.answers_refusals
def make_quote(request: HttpRequest) -> HttpResponseBase:
    """Bind today's price of the basket, for the chosen country and currency."""
    form = MarketForm(request.POST)
    if form.is_valid():
        currency = form.chosen_currency(before=market.country_of(request))
        market.choose(request, country=form.cleaned_data["country"], currency=currency)
    if "estimate" in request.POST:
        return redirect("orders:basket")
    seen = SeenForm(request.POST)
    owner, member = owners.of_request(request, to=Scope.QUOTES_WRITE), acting.find_member(request)
    try:
        quote = quotes.make_from_basket(
            owner=owner,
            country=market.country_of(request),
            currency=market.currency_of(request),
            version=seen.cleaned_data["version"] if seen.is_valid() else None,
            choices=Choices(vat_number=member.business.vat_number) if member else NO_CHOICES,
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
    quote = access.get_quote(request, quote_id)
    return render(request, "orders/quote.html", {**_quote_context(quote), "may_order": _may_order(request, quote)})


@require_POST
@access.answers_refusals
def renew_quote(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """A new quote for the same lines at today's prices; without its voucher where that is taken no more."""
    owner = access.get_quote(request, quote_id, to=Scope.QUOTES_WRITE).owner()
    renew = partial(quotes.renew, quote_id=quote_id, owner=owner, now=timezone.now())
    try:
        quote = renew()
    except VoucherRefused as refusal:
        messages.warning(request, refusal.message)
        quote = renew(with_voucher=False)
    return redirect("orders:quote", quote_id=quote.pk)


@require_POST
@access.answers_refusals
def order_for(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """Go on for one of the person's businesses, with its terms, tax and addresses; the same lines at the same prices."""
    quote = access.get_quote(request, quote_id, to=Scope.ORDERS_WRITE)
    form = OrderForForm(request.POST)
    if quote.business_id is not None or not isinstance(request.user, User) or not form.is_valid():
        return redirect("orders:checkout", quote_id=quote.pk)
    member = acting.act_for(
        request, user=request.user, business_id=form.cleaned_data["business"], to=Scope.ORDERS_WRITE
    )
    actor = owners.actor_of_request(request)
    try:
        made = behalf.hand_over(quote=quote, business=member.business, actor=actor, now=timezone.now())
    except QuoteOrdered as ordered:
        return redirect("orders:order", order_id=ordered.extra["order_id"])
    return redirect("orders:checkout", quote_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def checkout(request: HttpRequest, quote_id: UUID) -> HttpResponseBase:
    """Contact, address, delivery and payment on one page; sent, it makes the order and leads to the payment page.

    Other choices than the quote's make its next version first, and where that costs something else, it is shown again.
    """
    quote = access.get_quote(request, quote_id, to=Scope.ORDERS_WRITE)
    if hasattr(quote, "order"):
        return redirect("orders:order", order_id=quote.order.pk)
    services = shipping.list_destinations(country=quote.country, currency=quote.currency)
    form = _form(request, quote, services)
    if request.method != "POST":
        return _page(request, quote, form, services)
    wants_order = "update" not in request.POST
    valid = form.is_valid() if wants_order else form.read_choices()
    cover: Cover | None = None
    try:
        quote = _revised(quote, form)
        if valid and wants_order:
            return _to_payment(_place(request, quote, form))
        cover = _cover(quote, form)
    except QuoteOrdered as ordered:
        return redirect("orders:order", order_id=ordered.extra["order_id"])
    except PinshopError as refusal:
        return _page(request, quote, form, services, refusal=refusal)
    return _page(request, quote, form, services, cover=cover)


def _form(request: HttpRequest, quote: Quote, services: tuple[Destination, ...]) -> CheckoutForm:
    choices = [
        (each.service, f"{each.service_name}, {each.days_min} to {each.days_max} business days") for each in services
    ]
    return CheckoutForm(
        request.POST or None,
        initial=_initial(request, quote),
        layout=addresses.get_layout(quote.country),
        services=choices,
    )


def _revised(quote: Quote, form: CheckoutForm) -> Quote:
    """The quote, or its next version where something else is chosen now; a new VAT number is looked up first."""
    choices, now, owner = form.choices(), timezone.now(), quote.owner()
    if choices.vat_number != quote.vat_number:
        vat_numbers.check(text=choices.vat_number, now=now)
    if choices.voucher != quote_rows.choices_of(quote).voucher:
        tries.count(owner=owner, now=now)
    return quotes.revise(quote=quote, owner=owner, choices=choices, now=now)


def _cover(quote: Quote, form: CheckoutForm) -> Cover | None:
    """What the gift cards would pay; nothing happens yet."""
    codes = form.cleaned_data.get("gift_cards", "")
    if not codes:
        return None
    total = Money(quote.total_minor, quote.currency)
    return giftcards.preview(codes=codes, total=total, owner=quote.owner(), now=timezone.now())


def _place(request: HttpRequest, quote: Quote, form: CheckoutForm) -> Order:
    contact = form.contact(language=languages.of_request(request))
    if contact.gift_cards:
        tries.count(owner=quote.owner(), now=timezone.now())
    return checkout_service.place_order(
        quote_id=quote.pk,
        shown_total=Money(form.cleaned_data["shown_total_minor"], quote.currency),
        contact=contact,
        address=form.address(quote.country),
        owner=quote.owner(),
        actor=owners.actor_of_request(request),
        key=str(form.cleaned_data["key"]),
        now=timezone.now(),
    )


def _to_payment(order: Order) -> HttpResponseBase:
    if order.paid_at is not None:
        return redirect("orders:paid", order_id=order.pk)
    if order.confirmed_at is not None:
        return redirect("orders:order", order_id=order.pk)
    # 307 has the browser send its form on: to a page that speaks to the provider, while the order is safe.
    return redirect("orders:pay", order_id=order.pk, preserve_request=True)


def _page(
    request: HttpRequest,
    quote: Quote,
    form: CheckoutForm,
    services: tuple[Destination, ...],
    *,
    cover: Cover | None = None,
    refusal: PinshopError | None = None,
) -> HttpResponseBase:
    """The page of this version of the quote, with everything that was typed."""
    if refusal is not None:
        form.show(refusal)
    context = {
        **_quote_context(quote),
        "form": form,
        "cover": cover,
        "refusal": refusal,
        "services": _services(quote, services),
        "terms": payment_terms.list_terms(quote=quote),
        **(_of_business(quote.business, quote, cover) if quote.business else {"memberships": _list_places(request)}),
    }
    context["must_renew"] = isinstance(refusal, QuoteExpired) or context["expired"]
    return render(request, "orders/checkout.html", context, status=refusal.status if refusal else 200)


def _initial(request: HttpRequest, quote: Quote) -> dict[str, object]:
    choices = quote_rows.choices_of(quote)
    known: dict[str, object] = {"shown_total_minor": quote.total_minor, **asdict(choices)}
    if quote.business is not None and request.method != "POST":
        known |= _address_of(request, quote.business, quote.country)
    if isinstance(request.user, User):
        known |= {"email": request.user.email, "name": request.user.name}
    return known


def _list_places(request: HttpRequest) -> list[Member]:
    """The businesses for which this person may order."""
    if not isinstance(request.user, User):
        return []
    return [member for member in selectors.list_memberships(user=request.user) if member.may(Scope.ORDERS_WRITE)]


def _of_business(business: Business, quote: Quote, cover: Cover | None) -> dict[str, object]:
    """How much room the business has to pay by invoice, and why not this one; where else it has had things sent."""
    held = credit.find_credit(business=business, today=timezone.localdate())
    price = cover.rest if cover else Money(quote.total_minor, quote.currency)
    return {
        "credit": held,
        "no_credit": held.why_not(price) if held else "",
        "invoice_days": settings.INVOICE_DAYS,
        "earlier": orders.list_addresses(business_id=business.pk, country=quote.country),
    }


def _address_of(request: HttpRequest, business: Business, country: str) -> dict[str, object]:
    """The address of the business's order that is asked for, or of its latest to this country."""
    found = orders.list_addresses(business_id=business.pk, country=country)
    wanted = next((row for row in found if str(row.order_id) == request.GET.get("address")), None)
    chosen = wanted or next(iter(found), None)
    return dict(chosen.address) if chosen else {}


def _may_order(request: HttpRequest, quote: Quote) -> bool:
    return Scope.ORDERS_WRITE in acting.rights_over(request, business_id=quote.business_id)


def _quote_context(quote: Quote) -> dict[str, object]:
    lines = quote_rows.lines_of(quote)
    dates = promises.list_ship_dates(lines=lines, start=timezone.localdate())
    return {
        "quote": quote,
        "promised": list(zip(lines, dates, strict=True)),
        "totals": quote_rows.totals_of(quote),
        "tax": quote_rows.tax_of(quote),
        "shipping_label": _shipping_label(quote),
        "expired": timezone.now() >= quote.expires_at,
        "order": getattr(quote, "order", None),
    }


def _shipping_label(quote: Quote) -> str:
    service = quote.shipping.get("service_name", "")
    return f"{quote.shipping['country_name']}, {service.lower()}" if service else str(quote.shipping["country_name"])


def _services(quote: Quote, offered: tuple[Destination, ...]) -> list[dict[str, object]]:
    """Each way to send it with its price, before discounts."""
    weight_g = quote.shipping["weight_g"]
    return [{"row": each, "price": totals.shipping_price(weight_g=weight_g, destination=each)} for each in offered]
