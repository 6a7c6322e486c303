"""Vouchers: what a code takes off, and counting its uses so that parallel orders cannot go beyond its limits.

Everything is checked when a quote is made, which then keeps the discount as long as it binds. When the order is placed,
only what a quote cannot promise is checked again: that the voucher was not withdrawn, and how often it is used, by all
and by this customer. Like stock, a use is held while the payment page is open: it goes back when the page closes or the
order is cancelled unpaid, and is held again when the page is opened again. A paid order keeps it, also when it is refunded.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from catalog.models import PinVariant
from orders.enums import LineState, VoucherKind
from orders.models import Order, Voucher, VoucherAmount, VoucherUse
from orders.quoted import Discount, QuotedLine
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Invalid
from pinshop.core.money import Money, total, zero


class VoucherRefused(Invalid):
    """The code takes nothing off here; `reason` in `extra` says why, for programs."""

    code = "voucher_refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, fields={"voucher": message}, reason=reason)


def find_discount(
    *, code: str, owner: Owner, lines: Sequence[QuotedLine], currency: str, now: datetime, email: str = ""
) -> Discount:
    """What this code takes off these lines. Raises VoucherRefused with the reason and what to do.

    Guests are told apart by their `email`; without one, what depends on it is only found out when they order.
    """
    voucher = _find(code)
    _check_window(voucher, now=now)
    amount = _amount_in(voucher, currency)
    places = _places(voucher, lines)
    _check_minimum(voucher, amount, total((lines[place].total for place in places), currency))
    if voucher.limit is not None and voucher.used >= voucher.limit:
        raise _used_up(voucher)
    _check_customer(voucher, owner, email)
    return Discount(
        code=voucher.code,
        label=_label(voucher),
        percent=voucher.percent,
        amount=Money(amount.off_minor, currency) if amount and voucher.kind == VoucherKind.AMOUNT else zero(currency),
        free_shipping=voucher.kind == VoucherKind.FREE_SHIPPING,
        places=() if voucher.kind == VoucherKind.FREE_SHIPPING else places,
    )


def redeem(*, order: Order, code: str, now: datetime) -> VoucherUse | None:
    """Count a use for an order, in the transaction that places it. Raises VoucherRefused: then the order is not placed.

    The UPDATE that counts keeps the voucher's row locked until the order is stored, so that the uses of one customer are
    looked at by one order after the other. None for an order of a test key, which uses nothing up.
    """
    voucher = _find(code)
    if not order.live:
        return None
    _count_for(order, voucher, now=now)
    return VoucherUse.objects.create(
        voucher=voucher, order=order, email_hash=email_hash(order.contact_email), created_at=now
    )


def hold(*, order: Order, now: datetime) -> None:
    """Count the use of an order again that was given back; nothing where it counts, or where there never was one.

    The caller holds the order's row lock. Raises VoucherRefused where others have used the voucher up since.
    """
    use = VoucherUse.objects.select_related("voucher").filter(order=order, returned_at__isnull=False).first()
    if use is None:
        return
    voucher = use.voucher
    try:
        with transaction.atomic():
            _count_for(order, voucher, now=now)
            VoucherUse.objects.filter(pk=use.pk).update(returned_at=None)
    except VoucherRefused as refusal:
        raise VoucherRefused(
            refusal.extra["reason"],
            gettext(
                "Voucher %(code)s was given back when the payment page closed, and it cannot be used "
                "again. Cancel this order, and order anew without it."
            )
            % {"code": voucher.code},
        ) from refusal


def release(*, order_id: UUID, now: datetime) -> bool:
    """Give the use of an order back that is not paid. False where there is none, or not any more.

    Whether it is paid is decided under the order's row lock, which the caller holds.
    """
    with transaction.atomic():
        # A condition over the join would become a subquery, which PostgreSQL does not look at again after it has waited.
        is_paid = Order.objects.filter(pk=order_id, paid_at__isnull=False).exists()
        if is_paid or not _standing().filter(order_id=order_id).update(returned_at=now):
            return False
        voucher = Voucher.objects.get(uses__order=order_id)
        Voucher.objects.filter(pk=voucher.pk).update(used=F("used") - 1)
        audit.record(
            subject=voucher, action="voucher.released", actor=SYSTEM, now=now, data={"order_id": str(order_id)}
        )
    return True


def save(*, voucher: Voucher, actor: Actor, now: datetime) -> None:
    """Store what staff have written, but never the count of its uses, which orders change meanwhile."""
    with transaction.atomic():
        if voucher._state.adding:  # noqa: SLF001 - Django documents Model._state for exactly this question
            voucher.created_at = now
            voucher.save(force_insert=True)
        else:
            names = [field.name for field in Voucher._meta.local_concrete_fields if field.name not in {"id", "used"}]
            voucher.save(update_fields=names)
        audit.record(subject=voucher, action="voucher.saved", actor=actor, now=now)


def email_hash(email: str) -> str:
    """One person's addresses give one value: capitals and a `+tag` do not count."""
    name, _, host = email.strip().lower().rpartition("@")
    return sha256(f"{name.partition('+')[0]}@{host}".encode()).hexdigest()


def _find(code: str) -> Voucher:
    written = code.strip().upper()
    voucher = Voucher.objects.filter(code=written, active=True).first()
    if voucher is None:
        raise VoucherRefused(
            "unknown",
            gettext("We have no voucher %(written)s. Look at how it is written, or go on without it.")
            % {"written": written},
        )
    return voucher


def _has_room() -> Q:
    """The voucher may be in one more order."""
    return Q(limit__isnull=True) | Q(used__lt=F("limit"))


def _count(voucher: Voucher) -> bool:
    """Count one more use, where there is room for it."""
    return bool(Voucher.objects.filter(_has_room(), pk=voucher.pk).update(used=F("used") + 1))


def _count_for(order: Order, voucher: Voucher, *, now: datetime) -> None:
    """Count a use, and only then look at the customer's: under the lock that counting has taken."""
    if not _count(voucher):
        raise _used_up(voucher)
    _check_customer(voucher, order.owner(), order.contact_email, but=order.pk)
    audit.record(subject=voucher, action="voucher.redeemed", actor=SYSTEM, now=now, data={"order": order.number})


def _standing() -> QuerySet[VoucherUse]:
    return VoucherUse.objects.filter(returned_at=None)


def _used_up(voucher: Voucher) -> VoucherRefused:
    return VoucherRefused("used_up", gettext("Voucher %(code)s is used up. Go on without it.") % {"code": voucher.code})


def _check_window(voucher: Voucher, *, now: datetime) -> None:
    if voucher.valid_from is not None and now < voucher.valid_from:
        raise VoucherRefused(
            "not_begun",
            gettext("Voucher %(code)s begins on %(valid_from)s. Order from then on with it.")
            % {"code": voucher.code, "valid_from": f"{voucher.valid_from:%-d %B %Y}"},
        )
    if voucher.valid_to is not None and now >= voucher.valid_to:
        raise VoucherRefused(
            "over",
            gettext("Voucher %(code)s was good until %(valid_to)s. Go on without it.")
            % {"code": voucher.code, "valid_to": f"{voucher.valid_to:%-d %B %Y}"},
        )


def _amount_in(voucher: Voucher, currency: str) -> VoucherAmount | None:
    """The voucher's row of this currency; None where it has none and needs none."""
    rows = {row.currency: row for row in voucher.amounts.all()}
    if currency not in rows and (rows or voucher.kind == VoucherKind.AMOUNT):
        known = " and ".join(sorted(rows)) or "another currency"
        raise VoucherRefused(
            "currency",
            gettext("Voucher %(code)s is for orders in %(known)s, and this one is in %(currency)s.")
            % {"code": voucher.code, "known": known, "currency": currency},
        )
    return rows.get(currency)


def _places(voucher: Voucher, lines: Sequence[QuotedLine]) -> tuple[int, ...]:
    """The lines it is for: all, or the ready-made pins of its artists and series."""
    artists = {row.pk: row.name for row in voucher.artists.all()}
    series = {row.pk: row.name for row in voucher.series.all()}
    if not artists and not series:
        return tuple(range(len(lines)))
    meant = set(
        PinVariant.objects.filter(
            Q(pin__artist__in=artists) | Q(pin__series__in=series),
            pk__in=[line.variant_id for line in lines if line.variant_id is not None],
        ).values_list("pk", flat=True)
    )
    places = tuple(place for place, line in enumerate(lines) if line.variant_id in meant)
    if not places:
        names = ", ".join([*artists.values(), *series.values()])
        raise VoucherRefused(
            "lines",
            gettext("Voucher %(code)s is for ready-made pins of %(names)s, and there is none here. Add one.")
            % {"code": voucher.code, "names": names},
        )
    return places


def _check_minimum(voucher: Voucher, amount: VoucherAmount | None, goods: Money) -> None:
    least = Money(amount.minimum_minor if amount else 0, goods.currency)
    if goods < least:
        raise VoucherRefused(
            "minimum",
            gettext("Voucher %(code)s is for pins that come to %(least)s or more; these come to %(goods)s.")
            % {"code": voucher.code, "least": least, "goods": goods},
        )


def _check_customer(voucher: Voucher, owner: Owner, email: str, *, but: UUID | None = None) -> None:
    """Raise VoucherRefused where this customer has had it as often as one may, or is not new; `but` is their new order."""
    limits = [voucher.limit_per_customer, 1 if voucher.first_order else None]
    most = min((limit for limit in limits if limit is not None), default=None)
    if most is None:
        return
    if _standing().filter(_uses_of(owner, email), voucher=voucher).count() >= most:
        times = "once" if most == 1 else f"{most} times"
        raise VoucherRefused(
            "used_by_you",
            gettext(
                "You have used voucher %(code)s %(times)s already, and that is all. Go on without it; if "
                "it is in an order that you have not paid, cancel that one first."
            )
            % {"code": voucher.code, "times": times},
        )
    if voucher.first_order and _orders_of(owner, email).exclude(pk__in=[but] if but else []).exists():
        raise VoucherRefused(
            "first_order",
            gettext("Voucher %(code)s is for a first order, and you have ordered before. Go on without it.")
            % {"code": voucher.code},
        )


def _uses_of(owner: Owner, email: str) -> Q:
    """The uses of a customer: of the account or business, and, but for businesses, of the same e-mail address."""
    mine = owner.where("order__")
    return mine | Q(email_hash=email_hash(email)) if email and owner.business_id is None else mine


def _orders_of(owner: Owner, email: str) -> QuerySet[Order]:
    """The customer's orders that count as such: confirmed, and not cancelled as a whole."""
    mine = owner.where()
    if email and owner.business_id is None:
        mine |= Q(contact_email__iexact=email.strip())
    running = [state for state in LineState if state != LineState.CANCELLED]
    return Order.objects.filter(mine, live=True, confirmed_at__isnull=False, lines__state__in=running)


VOUCHER_PERCENT = gettext_noop("Voucher %(code)s, %(percent)s %%")
VOUCHER = gettext_noop("Voucher %(code)s")
LABELS = (VOUCHER_PERCENT, VOUCHER)


def _label(voucher: Voucher) -> str:
    if voucher.kind == VoucherKind.PERCENT:
        return VOUCHER_PERCENT % {"code": voucher.code, "percent": _written(voucher.percent)}
    return VOUCHER % {"code": voucher.code}


def _written(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
