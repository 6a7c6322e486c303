"""Taking a person out of their orders: numbers, lines, sums and countries stay, names and addresses go."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import ngettext

from orders.enums import CertificateState, LineKind
from orders.models import Basket, ExemptionCertificate, Order, OrderLine, Quote, Requote, Shipment, TrackingEvent
from orders.selectors import personal
from pinshop.core import files
from pinshop.core.erasure import ERASED, address_of
from pinshop.core.errors import Conflict

# Of an address the books need where the goods went, for the tax, and nothing else.
_KEPT_OF_ADDRESS = ("country", "region")


class OrdersOpen(Conflict):
    """Something is still to be done about an order of the person."""

    code = "orders_open"


def check(*, order_ids: Collection[UUID]) -> None:
    """Raise OrdersOpen, naming them, where an order is not over."""
    running = personal.list_open(order_ids=order_ids)
    if running:
        numbers = ", ".join(sorted(order.number for order in running))
        text = ngettext(
            "Order %(numbers)s is not over yet. When everything has arrived, or is cancelled and paid back, "
            "your data can be deleted.",
            "Orders %(numbers)s are not over yet. When everything has arrived, or is cancelled and paid back, "
            "your data can be deleted.",
            len(running),
        )
        raise OrdersOpen(
            text % {"numbers": numbers},
            numbers=sorted(order.number for order in running),
        )


def erase(*, order_ids: Collection[UUID], user_id: UUID | None, now: datetime) -> list[str]:
    """Erase who ordered, in the caller's transaction; returns the ids of all rows it touched. Raises OrdersOpen.

    An account's basket, and its quotes that were not ordered, are deleted. Again it changes nothing.
    """
    orders = list(Order.objects.select_for_update(of=("self",)).filter(pk__in=order_ids).order_by("pk"))
    check(order_ids=order_ids)
    if user_id is not None:
        Basket.objects.filter(user_id=user_id).delete()
        Quote.objects.filter(user_id=user_id, order=None, requote=None).delete()
        _erase_certificates(user_id, now=now)
    for order in orders:
        Order.objects.filter(pk=order.pk).update(
            contact_email=address_of(order.pk),
            contact_name="",
            address={name: order.address[name] for name in _KEPT_OF_ADDRESS if order.address.get(name)},
            purchase_order="",
        )
    quotes = list(Quote.objects.filter(Q(order__in=orders) | Q(requote__order__in=orders)).order_by("pk"))
    for quote in quotes:
        lines = [{**line, "title": _title(line)} for line in quote.lines]
        Quote.objects.filter(pk=quote.pk).update(lines=lines)
    Requote.objects.filter(order__in=orders).update(reason="")
    custom = OrderLine.objects.filter(order__in=orders, kind=LineKind.CUSTOM)
    custom.update(title="Custom pins")
    parcels = Shipment.objects.filter(order__in=orders)
    TrackingEvent.objects.filter(shipment__in=parcels).update(text="", tracking_number="")
    parcels.update(tracking_numbers=[], tracking_url="")
    lines_of = OrderLine.objects.filter(order__in=orders).values_list("pk", flat=True)
    return [str(pk) for pk in (*(order.pk for order in orders), *lines_of, *(quote.pk for quote in quotes))]


def _erase_certificates(user_id: UUID, *, now: datetime) -> None:
    """Those that freed an order from tax are kept as long as its invoice (`retention.sweep`), without their file's name."""
    certificates = ExemptionCertificate.objects.filter(user_id=user_id)
    certificates.filter(state=CertificateState.APPROVED).update(file_name=ERASED, answer="")
    others = certificates.exclude(state=CertificateState.APPROVED)
    unused = list(others.values_list("file", flat=True))
    others.delete()
    files.forget(unused, now=now)


def _title(line: dict[str, object]) -> object:
    return "Custom pins" if line.get("kind") == LineKind.CUSTOM else line.get("title")
