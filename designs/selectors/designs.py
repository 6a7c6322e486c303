"""Reading designs: an owner sees its own only."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from catalog.spec import PinSpec
from designs.errors import DesignNotFound
from designs.flatten import FlattenChoices
from designs.measures import Measures
from designs.models import Design
from designs.report import Report
from designs.states import DesignState
from pinshop.accounts.acting import Reach
from pinshop.accounts.owners import Owner


def get_design(*, design_id: UUID, owner: Owner | Reach) -> Design:
    """The design with its artwork; raises DesignNotFound also for another person's."""
    design = Design.objects.select_related("artwork").filter(owner.where(), id=design_id).first()
    if design is None:
        raise DesignNotFound(gettext("There is no such design, or it is not yours."))
    return design


def get_any(*, design_id: UUID) -> Design:
    """The design, whoever owns it: for staff and for orders that hold it. Raises DesignNotFound."""
    design = Design.objects.select_related("artwork").filter(id=design_id).first()
    if design is None:
        raise DesignNotFound(gettext("There is no such design."))
    return design


def list_designs(*, owner: Owner) -> QuerySet[Design]:
    """The owner's designs, newest first."""
    return Design.objects.select_related("artwork").filter(owner.where()).order_by("-created_at", "-id")


def list_chosen(*, design_ids: Sequence[UUID], owner: Owner) -> list[Design]:
    """These designs in this order; raises DesignNotFound where one of them is not there, or another person's."""
    rows = Design.objects.select_related("artwork").filter(owner.where())
    found = rows.in_bulk(design_ids)
    if len(found) < len(set(design_ids)):
        raise DesignNotFound(gettext("One of these designs is not there, or it is not yours."))
    return [found[design_id] for design_id in design_ids]


def report_of(design: Design) -> Report | None:
    """The report of a design at hand; None where it is not flattened (yet)."""
    return Report.from_json(design.report) if design.report else None


def measures_of(design: Design) -> Measures | None:
    """The measures of a design at hand; None where it is not flattened (yet)."""
    return Measures.from_json(design.measures) if design.measures else None


def choices_of(design: Design) -> FlattenChoices:
    """How the design is to be flattened."""
    return FlattenChoices.from_json(design.flatten)


def spec_of(design: Design) -> PinSpec:
    """What is ordered, with colours and posts as measured on the pin where it is flattened."""
    return measured(PinSpec.from_json(design.spec), measures_of(design))


def measured(spec: PinSpec, measures: Measures | None) -> PinSpec:
    """A spec with the measured number of colours and posts in place of the assumed ones."""
    if measures is None:
        return spec
    return replace(spec, colours=len(measures.colours), posts=len(measures.posts))


def is_busy(design: Design) -> bool:
    """Whether a worker still has to flatten the design or to draw its pictures."""
    if design.state in {DesignState.RECEIVED, DesignState.FLATTENING}:
        return True
    return design.state == DesignState.READY and design.pictured_version < design.version
