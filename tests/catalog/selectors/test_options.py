"""Options are read from the cache, and never out of date."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from catalog import models
from catalog.choices import UnknownOption
from catalog.selectors import options
from catalog.services import seeds


def test_options_are_what_the_seed_names(seeded: None) -> None:
    found = options.get_options()
    assert [process.code for process in found.processes] == [
        "soft_enamel",
        "hard_enamel",
        "die_struck",
        "cast_3d",
        "screen_print",
        "offset_print",
    ]
    assert [len(kind) for kind in (found.platings, found.addons, found.attachments, found.packagings)] == [15, 15, 6, 5]
    assert [(size.code, size.max_mm) for size in found.sizes] == [
        ("0.75", 19.05),
        ("1", 25.4),
        ("1.25", 31.75),
        ("1.5", 38.1),
        ("1.75", 44.45),
        ("2", 50.8),
        ("2.5", 63.5),
        ("3", 76.2),
    ]


def test_options_take_one_query_once_they_are_cached(seeded: None, django_assert_num_queries) -> None:
    options.get_options()
    with django_assert_num_queries(1):
        options.get_options()


def test_options_take_ten_queries_however_many_there_are(seeded: None, django_assert_num_queries) -> None:
    for place in range(30):
        models.Packaging.objects.create(code=f"box_{place}", name=f"Box {place}")
    with django_assert_num_queries(10):
        assert len(options.get_options().packagings) == 35


def test_cached_options_equal_those_that_were_read(seeded: None) -> None:
    assert options.get_options() == options.get_options()
    assert options.get_options() is not options.get_options()


CHANGES = {
    "update": lambda: models.Plating.objects.filter(code="gold").update(name="Gilt"),
    "delete": lambda: models.Holiday.objects.all().delete(),
    "insert": lambda: models.Packaging.objects.create(code="tin", name="Tin"),
    "rule": lambda: models.CompatibilityRule.objects.filter(object_code="hard_enamel").update(verdict="ask"),
    "process": lambda: models.Process.objects.filter(code="soft_enamel").update(production_days=9),
    "addon": lambda: models.AddOn.objects.filter(code="glow").update(active=False),
    "attachment": lambda: models.Attachment.objects.filter(code="magnet").update(active=False),
    "size": lambda: models.SizeTier.objects.filter(code="3").update(active=False),
    "colour": lambda: models.PaletteColour.objects.create(
        code="E-900", name="Odd", hlc="H000_L000_C000", hex="#000000", lab=[0, 0, 0]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_makes_a_new_version(change: str, seeded: None) -> None:
    before = options.get_options()
    CHANGES[change]()
    after = options.get_options()
    assert after.version != before.version
    assert after != before


def test_change_that_is_rolled_back_leaves_the_version(seeded: None) -> None:
    before = options.get_options()
    with transaction.atomic():
        models.Plating.objects.filter(code="gold").update(name="Gilt")
        assert options.get_options().plating("gold").name == "Gilt"
        transaction.set_rollback(True)
    assert options.get_options() == before


def test_inactive_options_are_not_offered(seeded: None) -> None:
    models.Process.objects.filter(code="cast_3d").update(active=False)
    with pytest.raises(UnknownOption, match=r"no process 'cast_3d' on offer. Choose one of: soft_enamel, hard_enamel"):
        options.get_options().process("cast_3d")


@pytest.mark.parametrize(("size_mm", "code"), [(15, "0.75"), (19.05, "0.75"), (19.06, "1"), (76.2, "3"), (76.3, None)])
def test_size_step_is_the_smallest_that_holds_the_pin(size_mm: float, code: str | None, seeded: None) -> None:
    size = options.get_options().size_for(size_mm)
    assert (size.code if size else None) == code


def test_seed_adds_what_is_missing_and_leaves_what_staff_changed(seeded: None) -> None:
    version = options.get_version()
    assert seeds.load_options() == 0
    assert options.get_version() == version
    models.Process.objects.filter(code="soft_enamel").update(name="Soft", min_size_mm=Decimal(12))
    models.Holiday.objects.filter(date=dt.date(2026, 12, 25)).delete()
    assert seeds.load_options() == 1
    assert options.get_options().process("soft_enamel").name == "Soft"
