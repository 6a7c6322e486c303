"""Reading the options. One query names the present version; what it stands for comes from the cache."""

from django.core.cache import cache

from catalog import choices, models

# Renew the number when the shape of catalog.choices changes, so that a new release never reads an old one's pickle.
_KEY = "catalog:options:1:{version}"
_KEEP_SECONDS = 24 * 3600
NO_VERSION = "none"


def get_options() -> choices.Options:
    """Everything that can be chosen now.

    Triggers of the database renew the version with every change of an option, in the same transaction. It is read
    before the options, so what the cache holds for a version is never older than that version.
    """
    version = get_version()
    key = _KEY.format(version=version)
    cached = cache.get(key)
    if isinstance(cached, choices.Options):
        return cached
    options = _read(version)
    cache.set(key, options, _KEEP_SECONDS)
    return options


def get_version() -> str:
    """The name of the present state of all options."""
    version = models.OptionsVersion.objects.values_list("version", flat=True).first()
    return str(version) if version else NO_VERSION


def _read(version: str) -> choices.Options:
    return choices.Options(
        version=version,
        processes=tuple(_process(row) for row in models.Process.objects.filter(active=True)),
        platings=tuple(_plating(row) for row in models.Plating.objects.filter(active=True)),
        addons=tuple(_addon(row) for row in models.AddOn.objects.filter(active=True)),
        attachments=tuple(_attachment(row) for row in models.Attachment.objects.filter(active=True)),
        packagings=tuple(
            choices.Packaging(row.code, row.name, row.description, row.extra_days)
            for row in models.Packaging.objects.filter(active=True)
        ),
        sizes=tuple(
            choices.Size(row.code, row.name, row.description, float(row.max_mm), float(row.thickness_mm))
            for row in models.SizeTier.objects.filter(active=True)
        ),
        colours=tuple(
            choices.Colour(row.code, row.name, row.hlc, row.hex, tuple(row.lab))
            for row in models.PaletteColour.objects.filter(active=True)
        ),
        rules=tuple(
            choices.Rule(
                (row.subject_kind, row.subject_code), (row.object_kind, row.object_code), row.verdict, row.sentence
            )
            for row in models.CompatibilityRule.objects.all()
        ),
        holidays=frozenset(models.Holiday.objects.values_list("date", flat=True)),
    )


def _process(row: models.Process) -> choices.Process:
    return choices.Process(
        code=row.code,
        name=row.name,
        description=row.description,
        fill=row.fill,
        base_metal=row.base_metal,
        thicknesses_mm=tuple(sorted(float(value) for value in row.thicknesses_mm)),
        min_size_mm=float(row.min_size_mm),
        max_size_mm=float(row.max_size_mm),
        ask_below_mm=float(row.ask_below_mm),
        ask_above_mm=float(row.ask_above_mm),
        ask_above_colours=row.ask_above_colours,
        max_colours=row.max_colours,
        production_days=row.production_days,
        rush_days=row.rush_days,
        batch_size=row.batch_size,
    )


def _plating(row: models.Plating) -> choices.Plating:
    return choices.Plating(
        code=row.code,
        name=row.name,
        description=row.description,
        family=row.family,
        highlight_hex=row.highlight_hex,
        mid_hex=row.mid_hex,
        low_hex=row.low_hex,
        proof_note=row.proof_note,
    )


def _addon(row: models.AddOn) -> choices.AddOn:
    return choices.AddOn(
        code=row.code,
        name=row.name,
        description=row.description,
        counts=row.counts,
        max_count=row.max_count,
        extra_days=row.extra_days,
        min_size_mm=float(row.min_size_mm),
    )


def _attachment(row: models.Attachment) -> choices.Attachment:
    return choices.Attachment(
        code=row.code,
        name=row.name,
        description=row.description,
        max_posts=row.max_posts,
        min_size_mm=float(row.min_size_mm),
        max_size_mm=float(row.max_size_mm),
        warning=row.warning,
    )
