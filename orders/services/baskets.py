"""Putting things into a basket and taking them out.

Every change names the `version` of the basket that the person looked at. Where the basket has moved on (another tab),
nothing is changed and BasketChanged carries the basket as it is now.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from catalog.selectors import pins
from designs.errors import DesignNotReady
from designs.models import Design
from designs.selectors import designs
from designs.states import DesignState
from orders.enums import LineKind
from orders.models import Basket, BasketLine
from orders.models.baskets import MAX_QUANTITY
from orders.quoted import QuotedLine, Wish
from orders.selectors import baskets as basket_rows
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Conflict, Invalid, NotFound

MAX_LINES = 100
FIRST_VERSION = 2  # of a basket that was made just now


class BasketChanged(Conflict):
    """The basket is no longer the one that was looked at; `basket` is the current one. Nothing was lost or changed."""

    code = "basket_changed"

    def __init__(self, basket: Basket) -> None:
        super().__init__(
            "Your basket was changed in another tab or device. Here is how it looks now; please make your change again.",
            version=basket.version,
        )
        self.basket = basket


def add_design(*, owner: Owner, design_id: UUID, quantity: int, now: datetime, version: int | None = None) -> Basket:
    """Put a design into the basket with its specification as it is now; the same design and specification add up.

    `version` is None where no basket was looked at (the design's own page). Raises DesignNotReady, BasketChanged,
    Invalid for the quantity, NotFound for another person's design.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    return _add(owner, _fields_of(design), quantity, version, now)


def add_designs(*, owner: Owner, design_ids: Sequence[UUID], quantity: int, version: int, now: datetime) -> Basket:
    """Put several designs into the basket together, all or none; `version` is 0 where there was no basket yet.

    Raises as `add_design` does for the first design at fault.
    """
    _check_quantity(quantity)
    wanted = [_fields_of(design) for design in designs.list_chosen(design_ids=design_ids, owner=owner)]
    with transaction.atomic():
        basket = _take(owner, version or None, now)
        if not version and basket.version != FIRST_VERSION:
            raise _changed(owner, now)
        for fields in wanted:
            _put(basket, fields, quantity, now)
    return basket


def add_variant(*, owner: Owner, variant_id: UUID, quantity: int, now: datetime, version: int | None = None) -> Basket:
    """Put a ready-made pin into the basket; more of the same add up. Holds no stock. Raises as `add_design` does."""
    pins.check_on_sale(variant_id=variant_id, now=now)
    return _add(owner, {"kind": LineKind.READY, "variant_id": variant_id}, quantity, version, now)


def change_line(*, owner: Owner, line_id: UUID, quantity: int, version: int, now: datetime) -> Basket:
    """Set the quantity of a line. Raises BasketChanged, NotFound, Invalid."""
    _check_quantity(quantity)
    with transaction.atomic():
        basket = _take(owner, version, now)
        if not BasketLine.objects.filter(basket=basket, pk=line_id).update(quantity=quantity):
            raise NotFound(gettext("This line is no longer in your basket."))
    return basket


def remove_line(*, owner: Owner, line_id: UUID, version: int, now: datetime) -> Basket:
    """Take a line out. Raises BasketChanged, NotFound."""
    with transaction.atomic():
        basket = _take(owner, version, now)
        if not BasketLine.objects.filter(basket=basket, pk=line_id).delete()[0]:
            raise NotFound(gettext("This line is no longer in your basket."))
    return basket


def take_out(*, owner: Owner, lines: Sequence[QuotedLine], now: datetime) -> list[Wish]:
    """Take out what was ordered, and no more: what another tab has put in since the quote stays.

    Runs in the caller's transaction; each quoted line is taken from one line of the basket. Returns what came out.
    """
    if not Basket.objects.filter(owner.where()).update(version=F("version") + 1, updated_at=now):
        return []
    rows = list(BasketLine.objects.filter(owner.where("basket__")))
    gone, taken = [], []
    for line in lines:
        row = next((row for row in rows if _is_same(row, line)), None)
        if row is None:
            continue
        rows.remove(row)
        taken.append(replace(basket_rows.wish_of(row), quantity=min(row.quantity, line.quantity)))
        if row.quantity > line.quantity:
            BasketLine.objects.filter(pk=row.pk).update(quantity=F("quantity") - line.quantity)
        else:
            gone.append(row.pk)
    BasketLine.objects.filter(pk__in=gone).delete()
    return taken


def put_in(*, owner: Owner, wishes: Sequence[Wish], now: datetime) -> None:
    """Put in what came out of another basket, in the caller's transaction. Raises Invalid where it is too much."""
    for wish in wishes:
        fields: dict[str, object] = {"kind": LineKind.READY, "variant_id": wish.variant_id}
        if wish.spec is not None:
            fields = {"kind": LineKind.CUSTOM, "design_id": wish.design_id, "spec": wish.spec.to_json()}
        _add(owner, fields, wish.quantity, None, now)


def merge(*, guest_key: str, user_id: UUID, now: datetime) -> bool:
    """Move a guest's basket into the person's own after login: custom lines are kept, same variants add up.

    False where the guest had none; done again it finds none.
    """
    guest, person = Owner(guest_key=guest_key), Owner(user_id=user_id)
    with transaction.atomic():
        source = Basket.objects.select_for_update().filter(guest.where()).first()
        if source is None:
            return False
        target = _take(person, None, now)
        for line in source.lines.all():
            twin = target.lines.filter(variant_id=line.variant_id).first() if line.variant_id else None
            if twin is None:
                BasketLine.objects.filter(pk=line.pk).update(basket=target)
            else:
                total = min(twin.quantity + line.quantity, MAX_QUANTITY)
                BasketLine.objects.filter(pk=twin.pk).update(quantity=total)
        source.delete()
    return True


def _is_same(row: BasketLine, line: QuotedLine) -> bool:
    wish = basket_rows.wish_of(row)
    # Whether the die is kept is found out when a line is priced; in the basket it is not known yet.
    spec = line.spec and wish.spec and replace(line.spec, reorder=wish.spec.reorder)
    return (wish.design_id, wish.spec, wish.variant_id) == (line.design_id, spec, line.variant_id)


def _fields_of(design: Design) -> dict[str, object]:
    if design.state != DesignState.READY:
        raise DesignNotReady(
            gettext("%(name)s is not ready yet: %(state)s.")
            % {"name": design.name, "state": design.get_state_display().lower()}
        )
    return {"kind": LineKind.CUSTOM, "design_id": design.pk, "spec": designs.spec_of(design).to_json()}


def _add(owner: Owner, fields: dict[str, object], quantity: int, version: int | None, now: datetime) -> Basket:
    _check_quantity(quantity)
    with transaction.atomic():
        basket = _take(owner, version, now)
        _put(basket, fields, quantity, now)
    return basket


def _put(basket: Basket, fields: dict[str, object], quantity: int, now: datetime) -> None:
    rows = list(basket.lines.all())
    same = next((row for row in rows if all(getattr(row, name) == value for name, value in fields.items())), None)
    if same is not None:
        _check_quantity(same.quantity + quantity)
        BasketLine.objects.filter(pk=same.pk).update(quantity=F("quantity") + quantity)
    elif len(rows) >= MAX_LINES:
        raise Invalid(
            gettext("A basket holds at most %(max_lines)s lines. Order these first.") % {"max_lines": MAX_LINES}
        )
    else:
        BasketLine.objects.create(basket=basket, quantity=quantity, created_at=now, **fields)


def _take(owner: Owner, version: int | None, now: datetime) -> Basket:
    """The owner's basket, made at the first need, with its version counted up; its row lock holds rivals off."""
    if version is None:
        new = Basket(**owner.fields(), created_at=now)
        values = [new.pk, new.user_id, new.business_id, new.guest_key, new.live, now, now]
        return Basket.objects.raw(_MAKE_OR_COUNT_UP.format(unique=_unique(owner)), values)[0]
    rows = Basket.objects.filter(owner.where())
    if not rows.filter(version=version).update(version=F("version") + 1, updated_at=now):
        raise _changed(owner, now)
    return rows.get()


# One statement, so that of rivals one makes it and the other counts it up. An empty one has version 1.
_MAKE_OR_COUNT_UP = """
INSERT INTO orders_basket (id, user_id, business_id, guest_key, live, version, created_at, updated_at)
VALUES (%s, %s, %s, %s, %s, 2, %s, %s)
ON CONFLICT {unique} DO UPDATE SET version = orders_basket.version + 1, updated_at = excluded.updated_at
RETURNING *
"""


def _unique(owner: Owner) -> str:
    """The index by which an owner has one basket."""
    if owner.user_id is not None:
        return "(user_id) WHERE user_id IS NOT NULL"
    if owner.business_id is not None:
        return "(business_id, live) WHERE business_id IS NOT NULL"
    return "(guest_key) WHERE guest_key <> ''"


def check_seen(*, owner: Owner, version: int | None, now: datetime) -> None:
    """Raise BasketChanged where the basket is not the one with this version; None asks for nothing."""
    if version is not None and not Basket.objects.filter(owner.where(), version=version).exists():
        raise _changed(owner, now)


def _changed(owner: Owner, now: datetime) -> BasketChanged:
    current = Basket.objects.prefetch_related("lines").filter(owner.where()).first()
    return BasketChanged(current or Basket(**owner.fields(), version=0, created_at=now, updated_at=now))


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        message = gettext("Choose a quantity from 1 to %(max_quantity)s.") % {"max_quantity": f"{MAX_QUANTITY:,}"}
        raise Invalid(message, fields={"quantity": message})
