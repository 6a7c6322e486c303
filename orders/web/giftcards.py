"""What is on a gift card."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orders.payments.services import giftcards
from orders.web import access
from orders.web.forms.giftcards import GiftCardForm
from pinshop.accounts import owners
from pinshop.core.errors import PinshopError
from pinshop.core.money import Money


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
