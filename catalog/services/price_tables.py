"""Making new price tables: copy one as a draft, edit the draft, publish it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from catalog import models, prices
from catalog.models.options import OptionModel
from catalog.selectors import prices as price_selector
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound
from pinshop.core.money import round_minor


class PriceTableIncomplete(Conflict):
    """Something that is on offer has no price in the table."""

    code = "price_table_incomplete"


class AlreadyPublished(Conflict):
    """The version is published and never changes."""

    code = "already_published"


def copy(
    *, table_id: UUID, currency: str, factor: Decimal, valid_from: datetime, actor: Actor, now: datetime
) -> models.PriceTable:
    """A draft with every amount of a table times `factor` (rounded half up, prices of pins at least 1 minor unit).

    Raises NotFound.
    """
    with transaction.atomic():
        old = _lock(table_id)
        draft = models.PriceTable.objects.create(
            currency=currency,
            number=next_number(currency=currency),
            valid_from=valid_from,
            note=f"Copied from {old.version}, times {factor}.",
            colours_included=old.colours_included,
            rush_percent=old.rush_percent,
            rush_minimum_minor=round_minor(old.rush_minimum_minor * factor),
        )
        _copy_rows(old, draft, factor)
        audit.record(subject=draft, action="price_table.copied", actor=actor, now=now, data={"from": old.version})
    return draft


def publish(*, table_id: UUID, actor: Actor, now: datetime) -> models.PriceTable:
    """Publish a draft: from `valid_from` on it is what customers pay, and it never changes again.

    Raises AlreadyPublished, NotFound, and PriceTableIncomplete with every gap.
    """
    with transaction.atomic():
        row = _lock(table_id)
        if row.published_at is not None:
            raise AlreadyPublished(
                gettext("%(version)s is published already. To change prices, copy it and publish the copy.")
                % {"version": row.version}
            )
        gaps = list_gaps(price_selector.read_table(row))
        if gaps:
            raise PriceTableIncomplete(
                gettext("%(version)s cannot be published: %(listed)s. Add these prices, then publish again.")
                % {"version": row.version, "listed": "; ".join(gaps[:20])}
            )
        row.published_at = now
        row.save(update_fields=["published_at"])
        audit.record(subject=row, action="price_table.published", actor=actor, now=now)
    return row


def list_gaps(table: prices.PriceTable) -> list[str]:
    """What is on offer but has no price in the table, as sentences for staff."""
    sizes = [row.code for row in models.SizeTier.objects.filter(active=True)]
    gaps = []
    for process in models.Process.objects.filter(active=True):
        terms = table.terms.get(process.code)
        if terms is None:
            gaps.append(f"{process} has no terms")
            continue
        for size in sizes:
            steps = table.unit_prices.get((process.code, size))
            if steps is None or not steps.at(terms.minimum_quantity):
                gaps.append(f"{process}, {size} in, has no price at its minimum of {terms.minimum_quantity}")
        for thickness in process.thicknesses_mm:
            _need(table, "thickness", f"{float(thickness):g}", gaps)
    kinds: dict[str, type[OptionModel]] = {
        "plating": models.Plating,
        "addon": models.AddOn,
        "attachment": models.Attachment,
        "packaging": models.Packaging,
    }
    for kind, model in kinds.items():
        for code in model.objects.filter(active=True).values_list("code", flat=True):
            _need(table, kind, code, gaps)
    return gaps


def next_number(*, currency: str) -> int:
    """The number of the next table in a currency; two who take the same meet the UNIQUE constraint."""
    last = models.PriceTable.objects.filter(currency=currency).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _need(table: prices.PriceTable, kind: str, code: str, gaps: list[str]) -> None:
    extra = table.extras.get((kind, code))
    sentence = f"{kind} {code} has no price from 1 piece on"
    if (extra is None or extra.steps.starts[0] != 1) and sentence not in gaps:
        gaps.append(sentence)


def _lock(table_id: UUID) -> models.PriceTable:
    row = models.PriceTable.objects.select_for_update().filter(pk=table_id).first()
    if row is None:
        raise NotFound(gettext("There is no such price table."))
    return row


def _copy_rows(old: models.PriceTable, draft: models.PriceTable, factor: Decimal) -> None:
    for unit in (units := list(old.unit_prices.all())):
        unit.pk, unit.table = None, draft
        unit.unit_minor = max(round_minor(unit.unit_minor * factor), 1)
    models.UnitPrice.objects.bulk_create(units)
    for fee in (fees := list(old.die_fees.all())):
        fee.pk, fee.table, fee.fee_minor = None, draft, round_minor(fee.fee_minor * factor)
    models.DieFee.objects.bulk_create(fees)
    for terms in (all_terms := list(old.process_terms.all())):
        terms.pk, terms.table, terms.setup_minor = None, draft, round_minor(terms.setup_minor * factor)
    models.ProcessTerms.objects.bulk_create(all_terms)
    for option in (options := list(old.option_prices.all())):
        option.pk, option.table = None, draft
        option.unit_minor = round_minor(option.unit_minor * factor)
        option.setup_minor = round_minor(option.setup_minor * factor)
    models.OptionPrice.objects.bulk_create(options)
