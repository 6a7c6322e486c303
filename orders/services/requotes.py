"""Another price after proofing: staff propose it, the customer accepts it, and the difference is paid or given back.

Only a line whose proof nobody has approved can be re-quoted. What is accepted changes the line, the order and the quote
that it was made from in one transaction; a proof is then drawn anew. Where the order is paid, more is paid by the order's
own payment page before anything of it can be approved, and less goes back at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from catalog.selectors import prices
from catalog.services import lead_times, pricing
from catalog.spec import PinSpec
from orders import states
from orders.enums import LineKind, LineState, RequoteState
from orders.models import Order, OrderLine, Quote, Requote
from orders.payments.enums import PartKind
from orders.payments.selectors import balances
from orders.payments.services import repayments, settlement
from orders.quoted import QuotedLine
from orders.selectors import quotes as quote_rows
from orders.selectors import shipping as shipping_rows
from orders.selectors.shipping import NotShippedThere
from orders.services import fulfilment, notices, payment_terms, quotes, repricing, totals, weights
from orders.services.checkout import PriceChanged
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound
from pinshop.core.money import Money
from pinshop.core.words import Sentence

_AMOUNTS = ("subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "total_minor")


class TooLateToRequote(Conflict):
    """The line's proof is approved, or its order still waits for the difference of an earlier re-quote."""

    code = "too_late_to_requote"


class RequoteAnswered(Conflict):
    """The new price was accepted, declined or withdrawn before."""

    code = "requote_answered"


@dataclass(frozen=True, slots=True)
class Change:
    """What a line is to become."""

    spec: PinSpec
    quantity: int


def propose(*, line_id: UUID, change: Change, reason: str, actor: Actor, now: datetime) -> Requote:
    """Store the next version of the order's quote with this line changed, and tell the customer; an open one gives way.

    Priced by the price table of the order, and shipped anew by its new weight. Raises TooLateToRequote, NotFound, and what
    pricing raises.
    """
    with transaction.atomic():
        order, line = _lock(line_id)
        _refuse(order, line)
        Requote.objects.filter(order=order, state=RequoteState.OPEN).update(
            state=RequoteState.WITHDRAWN, answered_at=now
        )
        quote = _next_version(order, line, change, now=now)
        row = Requote.objects.create(
            order=order,
            line=line,
            quote=quote,
            before={name: getattr(order, name) for name in _AMOUNTS},
            reason=reason[:300],
            created_at=now,
        )
        audit.record(
            subject=order,
            action="requote.proposed",
            actor=actor,
            now=now,
            note=f"There is a new price for {line.title}: {reason}".strip()[:300],
            data={"requote_id": str(row.pk), "before_minor": order.total_minor, "total_minor": quote.total_minor},
        )
        notices.requote_proposed(row, now=now)
        notices.order_updated(order, now=now)
    return row


def accept(*, requote_id: UUID, shown_total: Money, actor: Actor, now: datetime) -> Requote:
    """Take the new price for the whole order; the same acceptance again changes nothing.

    Callers have checked that the order is the actor's. Raises PriceChanged, RequoteAnswered, TooLateToRequote,
    QuoteExpired, NotFound.
    """
    with transaction.atomic():
        row = _get(requote_id)
        order, line = _lock(row.line_id)
        row = _get(requote_id)
        if row.state == RequoteState.ACCEPTED:
            return row
        if row.state != RequoteState.OPEN:
            raise RequoteAnswered(
                gettext("This price was %(state)s already.") % {"state": row.get_state_display().lower()}
            )
        total = Money(row.quote.total_minor, order.currency)
        if shown_total != total:
            raise PriceChanged(
                gettext("The new total is %(total)s, and you were shown %(shown_total)s. Please look at it again.")
                % {"total": total, "shown_total": shown_total},
                total_minor=total.amount_minor,
                currency=total.currency,
            )
        quotes.check_usable(row.quote, now=now)
        _refuse(order, line)
        _apply(row, order, line, now=now)
        _settle(row, order, line, actor=actor, now=now)
        fulfilment.draw_again(line_id=line.pk, actor=actor, now=now)
    return _get(requote_id)


def decline(*, requote_id: UUID, actor: Actor, now: datetime) -> Requote:
    """Leave the order as it is. Again it changes nothing. Raises RequoteAnswered, NotFound."""
    with transaction.atomic():
        row = _get(requote_id)
        open_row = Requote.objects.filter(pk=requote_id, state=RequoteState.OPEN)
        if open_row.update(state=RequoteState.DECLINED, answered_at=now):
            audit.record(
                subject=row.order, action="requote.declined", actor=actor, now=now, note="You declined the new price."
            )
            notices.order_updated(row.order, now=now)
        elif row.state != RequoteState.DECLINED:
            raise RequoteAnswered(
                gettext("This price was %(state)s already.") % {"state": row.get_state_display().lower()}
            )
    return _get(requote_id)


def _get(requote_id: UUID) -> Requote:
    row = Requote.objects.select_related("order", "quote").filter(pk=requote_id).first()
    if row is None:
        raise NotFound(gettext("There is no such new price."))
    return row


def _lock(line_id: UUID) -> tuple[Order, OrderLine]:
    """The order before its line, as everybody who decides about its money does.

    Not joined with its quote: whoever waited for a rival that gave it another quote would find no row.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order line."))
    line = OrderLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    line.order = order
    return order, line


def _refuse(order: Order, line: OrderLine) -> None:
    if line.kind != LineKind.CUSTOM or LineState(line.state) not in states.BEFORE_APPROVAL:
        raise TooLateToRequote(
            gettext("%(title)s is %(state)s, so its price stands.")
            % {"title": line.title, "state": line.get_state_display().lower()}
        )
    if order.difference_minor:
        difference = Money(order.difference_minor, order.currency)
        raise TooLateToRequote(
            gettext("Order %(number)s still waits for %(difference)s of its last new price.")
            % {"number": order.number, "difference": difference}
        )


def _next_version(order: Order, line: OrderLine, change: Change, *, now: datetime) -> Quote:
    table = prices.get_table(currency=order.currency, version=order.price_version)
    was = PinSpec.from_json(line.spec or {})
    # A kept die strikes the pin as it was; another one needs a die of its own.
    spec = change.spec if change.spec == was else replace(change.spec, reorder=False)
    price = pricing.price_line(spec=spec, quantity=change.quantity, table=table)
    rows = list(OrderLine.objects.filter(order=order).order_by("position"))
    sums = [price.total if row.pk == line.pk else Money(row.total_minor, order.currency) for row in rows]
    weight_g = weights.of_changed(
        weight_g=line.weight_g,
        was=was,
        pieces=line.quantity,
        spec=spec,
        quantity=change.quantity,
    )
    quoted = [
        replace(entry, spec=spec, quantity=change.quantity, price=price, weight_g=weight_g)
        if place == line.position
        else entry
        for place, entry in enumerate(quote_rows.lines_of(order.quote), start=1)
    ]
    sent = [row for row in rows if row.pk != line.pk and row.state != LineState.CANCELLED and row.remake_of_id is None]
    shipping = _ship_anew(order, weight_g + sum(row.weight_g for row in sent) + weights.PARCEL_G)
    return Quote.objects.create(
        **order.owner().fields(),
        **{
            **order.amounts(),
            **totals.again(order, sums, shipping=shipping.price).columns(),
            "shipping": {**order.shipping, **shipping.facts},
        },
        number=order.quote.number,
        version=quotes.next_version(order.quote.number),
        country=order.quote.country,
        region=order.quote.region,
        service=order.quote.service,
        vat_number=order.quote.vat_number,
        lines=[entry.to_json() for entry in quoted],
        expires_at=now + timedelta(days=settings.QUOTE_DAYS),
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Shipping:
    """What sending a re-quoted order costs, and what its quote keeps about that."""

    price: Money
    facts: dict[str, Any]


def _ship_anew(order: Order, weight_g: int) -> _Shipping:
    """By the order's own service and the price steps under which it was ordered, and never below what of it went back.

    Where the service does not go there any more, the price stays, and `service_ended` says so.
    """
    agreed = Money(order.shipping_minor, order.currency)
    try:
        destination = shipping_rows.get_destination(
            country=order.quote.country, currency=order.currency, service=order.quote.service
        )
    except NotShippedThere:
        return _Shipping(agreed, {"weight_g": weight_g, "service_ended": True})
    steps = order.shipping.get("steps") or destination.steps
    ordered = replace(destination, steps=tuple((up_to_g, minor) for up_to_g, minor in steps))
    price = totals.shipping_price(weight_g=weight_g, destination=ordered)
    back = balances.get_balance(order=order).returned.get((PartKind.SHIPPING, None), 0)
    return _Shipping(max(price, Money(back, order.currency)), {"weight_g": weight_g, "service_ended": False})


def _apply(row: Requote, order: Order, line: OrderLine, *, now: datetime) -> None:
    entry: QuotedLine = quote_rows.lines_of(row.quote)[line.position - 1]
    spec = entry.spec or PinSpec.from_json(line.spec or {})
    line.spec, line.quantity = spec.to_json(), entry.quantity
    line.price, line.total_minor = entry.price.to_json(), entry.total.amount_minor
    line.weight_g = entry.weight_g
    line.ship_by_date = lead_times.ship_by(spec=spec, quantity=entry.quantity, start=now.date())
    line.updated_at = now
    line.save(update_fields=["spec", "quantity", "price", "total_minor", "weight_g", "ship_by_date", "updated_at"])
    Order.objects.filter(pk=order.pk).update(quote=row.quote, shipping=row.quote.shipping)
    order.quote, order.shipping, order.shipping_minor = row.quote, row.quote.shipping, row.quote.shipping_minor
    Requote.objects.filter(pk=row.pk).update(state=RequoteState.ACCEPTED, answered_at=now)


def _settle(row: Requote, order: Order, line: OrderLine, *, actor: Actor, now: datetime) -> None:
    """The order's new sum, and what is to be paid or goes back for it."""
    saving = repricing.reprice(order=order)
    less = saving.amount
    more = Money(-less.amount_minor, less.currency)
    data = {"requote_id": str(row.pk), "line_id": str(line.pk), "total_minor": order.total_minor}
    audit.record(
        subject=order,
        action="requote.accepted",
        actor=actor,
        now=now,
        note=f"You accepted the new price: your order costs {Money(order.total_minor, order.currency)}.",
        data=data,
    )
    settlement.close_pages(order=order, now=now)
    notices.order_updated(order, now=now)
    if order.paid_at is None:
        payment_terms.go_on(order_id=order.pk, key=f"requote:{row.pk}", actor=actor, now=now)
        return
    if more.amount_minor > 0:
        Order.objects.filter(pk=order.pk).update(difference_minor=more.amount_minor)
        order.refresh_from_db(fields=["difference_minor"])
        notices.difference_due(order, requote_id=str(row.pk), now=now)
    elif less.amount_minor > 0:
        label = Sentence(gettext_noop("%(title)s: new price"), title=line.title)
        parts = [repayments.of_surplus(less, label, tax=saving.tax)]
        reason = Sentence(gettext_noop("%(title)s costs less at its new price."), title=line.title)
        key = f"requote:{row.pk}"
        repayments.give_back_what_is_left(order_id=order.pk, parts=parts, reason=reason, key=key, actor=actor, now=now)
