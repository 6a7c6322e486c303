"""Reading production orders."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from orders.manufacturing import states
from orders.manufacturing.enums import ProductionState
from orders.manufacturing.errors import NoProductionOrder
from orders.manufacturing.models import Manufacturer, ProductionOrder


def get_production_order(*, production_order_id: UUID) -> ProductionOrder:
    """The production order with its manufacturer, line and order; raises NoProductionOrder."""
    found = _rows().filter(pk=production_order_id).first()
    if found is None:
        raise NoProductionOrder(gettext("There is no such production order."))
    return found


def find_of_line(*, line_id: UUID) -> ProductionOrder | None:
    """The latest attempt at a line; None before it was handed over."""
    return _rows().filter(line_id=line_id).order_by("-attempt").first()


def find_open(*, line_id: UUID) -> ProductionOrder | None:
    """The attempt at a line that is running; None where there is none."""
    return _rows().filter(line_id=line_id).exclude(state__in=states.ENDED).first()


def find_reported(*, manufacturer: Manufacturer, external_id: str, reference: str) -> ProductionOrder | None:
    """What a manufacturer's message is about: by its own number, or by ours where we have not heard its own yet."""
    mine = _rows().filter(manufacturer=manufacturer)
    found = mine.filter(external_id=external_id).first() if external_id else None
    if found is None and reference:
        found = mine.filter(number=reference, external_id__in=["", external_id]).first()
    return found


def list_stages_left(production: ProductionOrder) -> list[ProductionState]:
    """What its manufacturer may report next, in order; empty before it was accepted and once it has ended."""
    if production.state in states.ENDED or production.state in {ProductionState.CREATED, ProductionState.SUBMITTED}:
        return []
    return [stage for stage in states.STAGES if states.may_move(production.state, stage)]


def _rows() -> QuerySet[ProductionOrder]:
    return ProductionOrder.objects.select_related("manufacturer", "line", "line__order")
