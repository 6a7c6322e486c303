"""Reading price tables."""

from collections import defaultdict
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext

from catalog import models, prices
from catalog.models.options import OptionModel
from catalog.selectors import options as options_selector
from pinshop.core.errors import NotFound

# Renew the number when the shape of catalog.prices changes, so that a new release never reads an old one's pickle.
_KEY = "catalog:prices:1:{id}:{options}"
_KEEP_SECONDS = 24 * 3600


class NoPriceTable(NotFound):
    """No published price table fits."""

    code = "no_price_table"


def get_table(*, currency: str, now: datetime | None = None, version: str | None = None) -> prices.PriceTable:
    """The published table that holds in a currency at `now` (default: at this moment), or the one named `version`.

    Two queries, then the cache: a published table never changes, only the names of the options in it may.
    Raises NoPriceTable.
    """
    published = models.PriceTable.objects.filter(currency=currency, published_at__isnull=False)
    if version is None:
        fitting = published.filter(valid_from__lte=now or timezone.now()).order_by("-valid_from", "-number")
    else:
        number = version.removeprefix(f"{currency}-")
        fitting = published.filter(number=int(number)) if number.isdecimal() else published.none()
    row = fitting.first()
    if row is None:
        what = f"version {version}" if version else "that holds now"
        raise NoPriceTable(
            gettext("There is no published price table in %(currency)s %(what)s.")
            % {"currency": currency, "what": what}
        )
    key = _KEY.format(id=row.pk, options=options_selector.get_version())
    cached = cache.get(key)
    if isinstance(cached, prices.PriceTable):
        return cached
    table = read_table(row)
    cache.set(key, table, _KEEP_SECONDS)
    return table


def read_table(row: models.PriceTable) -> prices.PriceTable:
    """A price table as frozen data, published or not."""
    return prices.PriceTable(
        id=str(row.pk),
        version=row.version,
        currency=row.currency,
        valid_from=row.valid_from,
        sizes=_sizes(row),
        unit_prices=_unit_prices(row),
        dies={(fee.process_id, fee.size_id): fee.fee_minor for fee in row.die_fees.all()},
        terms={
            terms.process_id: prices.Terms(terms.minimum_quantity, terms.setup_minor, terms.die_waived_from)
            for terms in row.process_terms.all()
        },
        extras=_extras(row),
        colours_included=row.colours_included,
        rush_percent=row.rush_percent,
        rush_minimum_minor=row.rush_minimum_minor,
        names=_names(),
    )


def _names() -> dict[tuple[str, str], str]:
    kinds: dict[str, type[OptionModel]] = {
        "process": models.Process,
        "plating": models.Plating,
        "addon": models.AddOn,
        "attachment": models.Attachment,
        "packaging": models.Packaging,
    }
    return {
        (kind, code): name for kind, model in kinds.items() for code, name in model.objects.values_list("code", "name")
    }


def _sizes(row: models.PriceTable) -> tuple[prices.SizeStep, ...]:
    """The size steps that this table prices, so that a step added later does not change an older table."""
    priced = models.SizeTier.objects.filter(pk__in=row.unit_prices.values("size"))
    return tuple(prices.SizeStep(size.code, float(size.max_mm), float(size.thickness_mm)) for size in priced)


def _unit_prices(row: models.PriceTable) -> dict[tuple[str, str], prices.Steps]:
    steps: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for price in row.unit_prices.order_by("from_quantity"):
        steps[price.process_id, price.size_id].append((price.from_quantity, price.unit_minor))
    return {key: _steps(pairs) for key, pairs in steps.items()}


def _extras(row: models.PriceTable) -> dict[tuple[str, str], prices.Extra]:
    """What does not depend on the quantity is taken from the first row of an option."""
    rows: dict[tuple[str, str], list[models.OptionPrice]] = defaultdict(list)
    for price in row.option_prices.order_by("from_quantity"):
        rows[price.kind, price.code].append(price)
    return {
        key: prices.Extra(
            steps=_steps([(price.from_quantity, price.unit_minor) for price in group]),
            setup_minor=group[0].setup_minor,
            setup_per_count=group[0].setup_per_count,
            minimum_quantity=group[0].minimum_quantity,
            moulds=group[0].moulds,
            per_post=group[0].per_post,
        )
        for key, group in rows.items()
    }


def _steps(pairs: list[tuple[int, int]]) -> prices.Steps:
    return prices.Steps(tuple(start for start, _ in pairs), tuple(unit for _, unit in pairs))
