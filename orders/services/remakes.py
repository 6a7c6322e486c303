"""Making delivered pins again without charge: a further line of the same order, of the same approved proof."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from catalog.services import stock
from catalog.spec import PinSpec
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine
from orders.services import notices, payment_terms, promises
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Invalid, NotFound


def make(*, line_id: UUID, pieces: int, actor: Actor, now: datetime) -> OrderLine:
    """Add a line that costs nothing: custom pins go straight to the manufacturer, ready-made ones are picked again.

    The caller decides once that it is due. Raises Invalid for more pieces than the line has, StockMismatch where ready-made
    pins are not on the shelf, NotFound.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
        if order is None:
            raise NotFound(gettext("There is no such order line."))
        line = OrderLine.objects.get(pk=line_id)
        if not 1 <= pieces <= line.quantity:
            message = gettext("Give a number from 1 to %(quantity)s.") % {"quantity": line.quantity}
            raise Invalid(message, fields={"pieces": message})
        again = _line(order, line, pieces, now=now)
        if line.variant_id is not None:
            if order.live:
                stock.adjust(
                    variant_id=line.variant_id, by=-pieces, actor=actor, now=now, note=f"{order.number} sent again"
                )
        else:
            payment_terms.make(line_id=again.pk, now=now)
        audit.record(
            subject=order,
            action="line.remade",
            actor=actor,
            now=now,
            note=f"{pieces} × {line.title} are made again, at our cost.",
            data={"line_id": str(again.pk), "remake_of": str(line.pk)},
        )
        notices.order_updated(order, now=now)
    return again


def _line(order: Order, line: OrderLine, pieces: int, *, now: datetime) -> OrderLine:
    last = OrderLine.objects.filter(order=order).aggregate(last=Max("position"))["last"]
    custom = line.kind == LineKind.CUSTOM
    spec = PinSpec.from_json(line.spec or {}) if custom else None
    return OrderLine.objects.create(
        order=order,
        position=last + 1,
        kind=line.kind,
        title=f"{line.title}, made again"[:200],
        design_id=line.design_id,
        proof_id=line.proof_id,
        variant_id=line.variant_id,
        # Always of the line that was paid, so that a remake of a remake is still of the proof that was approved.
        remake_of_id=line.remake_of_id or line.pk,
        quantity=pieces,
        spec=line.spec,
        price={
            "quantity": pieces,
            "charged_quantity": pieces,
            "currency": order.currency,
            "total_minor": 0,
            "table_version": "",
            "items": [],
        },
        total_minor=0,
        weight_g=line.weight_g * pieces // line.quantity,
        state=LineState.APPROVED if custom else LineState.PICKING,
        ship_by_date=promises.ship_again_by(spec=spec, quantity=pieces, start=now.date()),
        updated_at=now,
    )
