"""Gift cards: buying one, and what is on one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from catalog.web import market
from orders.enums import LineKind
from orders.payments.services import giftcards, giftreceivers, giftsales
from orders.web import access
from orders.web.forms.giftcards import GiftCardForm, PresentForm, ReceiverForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.accounts.models import User
from pinshop.core import languages
from pinshop.core.errors import NotFound, PinshopError
from pinshop.core.money import Money


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def buy(request: HttpRequest) -> HttpResponseBase:
    """A gift card to buy: amount, receiver, message and day; sent, it leads to the payment page."""
    now, language = timezone.now(), languages.of_request(request)
    known = {"name": request.user.name, "email": request.user.email} if isinstance(request.user, User) else {}
    currency, country = market.currency_of(request), market.country_of(request)
    form = PresentForm(
        request.POST or None, initial={**known, "language": language}, currency=currency, today=now.date()
    )
    if request.method == "POST" and form.is_valid():
        owner = owners.of_request(request, to=Scope.ORDERS_WRITE)
        try:
            order = giftsales.buy(
                present=form.present(country=country),
                contact=form.contact(language=language),
                owner=owner,
                actor=owners.actor_of_request(request),
                key=str(form.cleaned_data["key"]),
                now=now,
            )
        except PinshopError as refusal:
            form.show(refusal)
        else:
            # 307 has the browser send its form on: to a page that speaks to the provider, while the order is safe.
            return redirect("orders:pay", order_id=order.pk, preserve_request=True)
    context = {"form": form, "balance_form": GiftCardForm(auto_id="balance_%s")}
    return render(request, "orders/gift_cards.html", context, status=422 if form.errors else 200)


@require_POST
@access.answers_refusals
def correct(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """Another address for the gift card of a line, as long as nothing of it is spent."""
    line = access.get_line(request, order_id, line_id, to=Scope.ORDERS_WRITE)
    form = ReceiverForm(request.POST)
    if line.kind != LineKind.GIFT_CARD:
        raise NotFound(gettext("There is no such gift card."))
    if not form.is_valid():
        messages.error(request, gettext("Give an e-mail address that we can write to, such as ada@example.org."))
        return redirect("orders:order", order_id=order_id)
    giftreceivers.correct(
        card_id=line.gift_card.pk,
        email=form.cleaned_data["receiver_email"],
        edition=form.cleaned_data["edition"],
        actor=owners.actor_of_request(request),
        now=timezone.now(),
    )
    messages.success(request, gettext("The receiver's address is corrected, and the old code pays nothing any more."))
    return redirect("orders:order", order_id=order_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def show(request: HttpRequest) -> HttpResponseBase:
    """Asks for a code, and says what its card holds and until when."""
    form = GiftCardForm(request.POST or None)
    refusal: PinshopError | None = None
    cards = []
    if form.is_valid():
        try:
            cards = giftcards.look(
                codes=form.cleaned_data["gift_cards"], owner=owners.of_request(request), now=timezone.now()
            )
        except PinshopError as error:
            refusal = error
    shown = [{"card": card, "balance": Money(card.balance_minor, card.currency)} for card in cards]
    context = {"form": form, "cards": shown, "refusal": refusal}
    return render(request, "orders/gift_card.html", context, status=refusal.status if refusal else 200)
