"""An order in the browser: its page, paying it, what it says after paying, cancelling, the invoice."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.prices import LinePrice
from orders import states
from orders.claims.selectors import claims
from orders.claims.web.pages import after_delivery
from orders.enums import LineKind, LineState, OrderState
from orders.models import Order, OrderLine, Requote
from orders.payments.selectors import balances, papers
from orders.payments.services import sessions
from orders.quoted import Address
from orders.selectors import cancellation, holding, orders, quotes
from orders.services import cancellations, guests, links, requotes
from orders.web import access, pictures
from orders.web.forms.giftcards import ReceiverForm
from orders.web.forms.orders import AnswerPriceForm, CancelForm, LinkForm
from pinshop.accounts import acting, owners
from pinshop.accounts.enums import Scope
from pinshop.core import files
from pinshop.core.errors import NotFound, PinshopError
from pinshop.core.links import LinkOutdated
from pinshop.core.money import Money
from pinshop.core.words import Sentence

_PAGE = 20


@require_safe
@login_required
@access.answers_refusals
def show_all(request: HttpRequest) -> HttpResponseBase:
    """The person's orders, newest first."""
    found = Paginator(orders.list_orders(owner=owners.of_request(request)), _PAGE)
    page = found.get_page(request.GET.get("page"))
    rows = [
        {"order": order, "state": orders.state_of(order), "total": Money(order.total_minor, order.currency)}
        for order in page
    ]
    return render(request, "orders/orders.html", {"rows": rows, "page": page})


@require_safe
@access.answers_refusals
def open_link(request: HttpRequest, token: str, page: str = "orders:order") -> HttpResponseBase:
    """The signed link of a mail or of the payment page: this browser may open the order from now on.

    The token leaves the address bar at once. A genuine one whose time is over offers to mail a new one.
    """
    try:
        order_id = links.read(token)
    except LinkOutdated as refusal:
        context = {"token": token, "email": guests.masked_email(token), "form": LinkForm()}
        return render(request, "orders/link_expired.html", context, status=refusal.status)
    access.remember(request, order_id)
    return redirect(page, order_id=order_id)


@require_POST
@access.answers_refusals
def renew_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Mail a new link to the order's own address. The answer is always the same, whether or not one was sent."""
    form = LinkForm(request.POST)
    if form.is_valid():
        guests.send_link(
            token=token, key=form.cleaned_data["key"], actor=owners.actor_of_request(request), now=timezone.now()
        )
    return redirect("orders:link_sent")


@require_safe
@access.answers_refusals
def link_sent(request: HttpRequest) -> HttpResponseBase:
    """Where a new link is to be found."""
    return render(request, "orders/link_sent.html", {"support_email": settings.SUPPORT_EMAIL})


@require_safe
@access.answers_refusals
def show(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Everything about one order: state, lines, timeline, money."""
    order = access.get_order(request, order_id)
    rights = acting.rights_over(request, business_id=order.business_id)
    whose = {
        "may_order": Scope.ORDERS_WRITE in rights,
        "is_customers": order.user_id is None and not acting.is_member(request, business_id=order.business_id),
    }
    return render(request, "orders/order.html", {**_context(order), **whose})


@require_POST
@access.answers_refusals
def pay(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """On to the payment page; a second click opens the same one. A refusal leads back to the order."""
    order = access.get_order(request, order_id, to=Scope.ORDERS_WRITE)
    try:
        payment = sessions.open(order_id=order.pk, now=timezone.now())
    except PinshopError as refusal:
        return access.refuse(request, refusal, order_id=order.pk)
    return redirect(payment.page_url)


@require_safe
@access.answers_refusals
def paid(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Where the payment page sends people back to; asks how the payment stands until it is known."""
    order = access.get_order(request, order_id)
    return render(request, "orders/paid.html", _payment_context(order))


@require_safe
@access.answers_refusals
def paid_state(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """The part of that page that asks again. It never says that a payment failed while money may be on its way."""
    order = access.get_order(request, order_id)
    return render(request, "orders/fragments/paid.html", _payment_context(order))


@require_POST
@access.answers_refusals
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Cancel the whole order or one line of it, at the cost that the page showed."""
    order = access.get_order(request, order_id, to=Scope.ORDERS_WRITE)
    form = CancelForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    line_id = given.get("line_id")
    cancellations.cancel(
        order_id=order.pk,
        line_ids=[line_id] if line_id else None,
        reason=given.get("reason") or Sentence(gettext_noop("You cancelled it.")),
        shown_cost=Money(given.get("shown_cost_minor") or 0, order.currency),
        actor=owners.actor_of_request(request),
        now=timezone.now(),
    )
    ended = gettext("The line is cancelled.") if line_id else gettext("Your order is cancelled.")
    money = gettext("What you get back is on its way.") if order.paid_at else ""
    messages.success(request, f"{ended} {money}".strip())
    return redirect("orders:order", order_id=order.pk)


@require_POST
@access.answers_refusals
def answer_price(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Accept or decline the new price of an order."""
    order = access.get_order(request, order_id, to=Scope.ORDERS_WRITE)
    requote, form = orders.find_requote(order), AnswerPriceForm(request.POST)
    if requote is None or not form.is_valid() or form.cleaned_data["requote"] != requote.pk:
        messages.error(request, gettext("This price is not open any more. Here is how your order stands."))
        return redirect("orders:order", order_id=order.pk)
    actor, now = owners.actor_of_request(request), timezone.now()
    if form.cleaned_data["answer"] == "decline":
        requotes.decline(requote_id=requote.pk, actor=actor, now=now)
        messages.success(request, gettext("Your order stays as it was."))
    else:
        shown = Money(form.cleaned_data["shown_total_minor"], order.currency)
        requotes.accept(requote_id=requote.pk, shown_total=shown, actor=actor, now=now)
        messages.success(request, gettext("Thank you. We draw the proof anew at the new price."))
    return redirect("orders:order", order_id=order.pk)


@require_safe
@access.answers_refusals
def supplement(request: HttpRequest, order_id: UUID, number: str) -> HttpResponseBase:
    """The invoice of an accepted new price as PDF."""
    order = access.get_order(request, order_id)
    for row in papers.list_invoices(order=order):
        if row.number == number:
            return redirect(files.link(str(row.file_id), name=f"{row.number}.pdf"))
    raise NotFound(gettext("There is no such invoice of this order."))


@require_safe
@access.answers_refusals
def invoice(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """The invoice as PDF."""
    order = access.get_order(request, order_id)
    if order.invoice is None or order.invoice.file_id is None:
        raise NotFound(gettext("There is no invoice yet. It is written when the payment has arrived."))
    return redirect(files.link(order.invoice.file_id, name=f"{order.invoice.number}.pdf"))


@require_safe
@access.answers_refusals
def credit_note(request: HttpRequest, order_id: UUID, number: str) -> HttpResponseBase:
    """A credit note of the order as PDF."""
    order = access.get_order(request, order_id)
    for note in papers.list_credit_notes(order=order):
        if note.number == number:
            return redirect(files.link(str(note.file_id), name=f"{note.number}.pdf"))
    raise NotFound(gettext("There is no such credit note of this order."))


def _payment_context(order: Order) -> dict[str, object]:
    now = timezone.now()
    payment = sessions.look(order_id=order.pk, now=now)
    current = orders.get_any(order_id=order.pk)
    ended = orders.state_of(current) == OrderState.CANCELLED
    return {"order": current, "ended": ended, "payment": payment, "holding": holding.find_holding(current, now=now)}


def _context(order: Order) -> dict[str, object]:
    currency = order.currency
    cost = cancellation.find_cost_of_order(order)
    after = {line.pk: after_delivery(line) for line in claims.list_lines(order)}
    return {
        "cancel": _cancelling(cost) if cost is not None else None,
        "order": order,
        "holding": holding.find_holding(order, now=timezone.now()),
        "state": orders.state_of(order),
        "actions": orders.list_actions(order, now=timezone.now()),
        "timeline": orders.list_timeline(order),
        "lines": [
            {
                "row": line,
                "total": Money(line.total_minor, currency),
                "price": LinePrice.from_json(line.price),
                "picture": pictures.of_order_line(line),
                "steps": _steps(line),
                "cancel": _line_cancelling(line, order),
                "after": after.get(line.pk),
                "receiver": _receiver_form(line),
            }
            for line in orders.list_pictured_lines(order)
        ],
        "totals": quotes.totals_of(order),
        "given_back": Money(sum(payment.refunded_minor for payment in order.payments.all()), currency),
        "cover": balances.find_cover(order),
        "due": balances.due_of(order),
        "tax": quotes.tax_of(order),
        "address": Address.from_json(order.address).lines(str(order.shipping.get("country_name", ""))),
        "shipments": order.shipments.all(),
        "supplements": [row for row in papers.list_invoices(order=order) if row.requote_id is not None],
        "requote": (requote := orders.find_requote(order)),
        "changes": _list_changes(requote) if requote else [],
        "credit_notes": papers.list_credit_notes(order=order),
    }


def _receiver_form(line: OrderLine) -> ReceiverForm | None:
    """What corrects the receiver of a gift card that is paid and unspent; None for anything else."""
    if line.kind != LineKind.GIFT_CARD:
        return None
    card = line.gift_card
    if not card.active or card.balance_minor != card.initial_minor:
        return None
    return ReceiverForm(initial={"receiver_email": card.receiver_email, "edition": card.edition})


def _list_changes(requote: Requote) -> list[tuple[str, Money, Money]]:
    """Each amount of the order before and after a new price; those of nothing are left out."""
    tax = quotes.tax_of(requote.quote)
    labels = {
        "subtotal_minor": _("Goods"),
        "discount_minor": _("Discounts"),
        "shipping_minor": _("Shipping"),
        "tax_minor": tax.label,
    }
    rows = [(label, *requote.change_of(name)) for name, label in labels.items()]
    return [(label, before, after) for label, before, after in rows if before or after]


def _cancelling(cost: Money, line: OrderLine | None = None) -> dict[str, object]:
    """The form that accepts this cost."""
    initial = {"shown_cost_minor": cost.amount_minor, "line_id": line.pk if line else None}
    return {"cost": cost, "form": CancelForm(initial=initial, auto_id=f"cancel_{line.pk if line else ''}_%s")}


def _line_cancelling(line: OrderLine, order: Order) -> dict[str, object] | None:
    """As `_cancelling`, for one line of several; an unpaid order is cancelled as a whole."""
    running = [each for each in order.lines.all() if each.state != LineState.CANCELLED]
    if order.confirmed_at is None or len(running) < 2:
        return None
    cost = cancellation.find_cost(line)
    return None if cost is None else _cancelling(cost, line)


def _steps(line: OrderLine) -> list[dict[str, str]]:
    """The stages of a line: those behind it, the present one, those ahead; none for a line that was cancelled."""
    path = states.PATHS[line.kind]
    if line.state not in path:
        return []
    here = path.index(LineState(line.state))
    when = ["done"] * here + ["now"] + ["ahead"] * (len(path) - here - 1)
    return [{"label": str(state.label), "when": moment} for state, moment in zip(path, when, strict=True)]
