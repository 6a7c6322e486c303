"""What goes together: every rule of the seed, every limit, in clear sentences."""

import json
from dataclasses import replace

import pytest

from catalog import models
from catalog.choices import Options
from catalog.selectors import options as options_selector
from catalog.services import compatibility, seeds
from catalog.services.compatibility import Conflict
from catalog.spec import PinSpec

PLAIN = PinSpec(process="soft_enamel", plating="gold", size_mm=30, colours=4)


@pytest.fixture
def options(seeded: None) -> Options:
    return options_selector.get_options()


def _found(spec: PinSpec, options: Options) -> list[tuple[str, str]]:
    return [(found.rule, found.severity) for found in compatibility.check(spec=spec, options=options)]


def test_plain_soft_enamel_has_no_conflict(options: Options) -> None:
    assert compatibility.check(spec=PLAIN, options=options) == []


def test_every_seeded_rule_is_found_by_its_own_choices(options: Options) -> None:
    fields = {"process": "process", "plating": "plating", "packaging": "packaging"}
    assert len(options.rules) == 85
    for rule in options.rules:
        spec = PLAIN
        for kind, code in (rule.subject, rule.object):
            if kind == "addon":
                spec = replace(spec, addons=((code, 1),), size_mm=40)
            elif kind == "rush":
                spec = replace(spec, rush=True)
            else:
                spec = PinSpec.from_json(spec.to_json() | {fields[kind]: code})
        name = f"{rule.subject[1]}+{rule.object[1]}"
        assert (name, rule.verdict) in _found(spec, options)


def test_every_sentence_says_what_to_choose_instead(options: Options) -> None:
    for rule in options.rules:
        assert rule.sentence[0].isupper()
        assert rule.sentence.endswith(".")
        assert "{" not in rule.sentence
        assert any(word in rule.sentence for word in ("Choose", "choose", "Leave", "confirms")), rule.sentence


ANTIQUE = ["antique_copper", "antique_gold", "antique_silver"]


@pytest.mark.parametrize(
    ("process", "blocked", "asked"),
    [
        ("soft_enamel", [], ["dual"]),
        ("hard_enamel", [*ANTIQUE, "black_dyed", "rainbow", "white_dyed"], ["dual"]),
        ("die_struck", ["black_dyed", "white_dyed"], ["rainbow"]),
        ("cast_3d", ["black_dyed", "white_dyed"], ["rainbow"]),
        (
            "screen_print",
            [*ANTIQUE, "black_dyed", "dual", "rainbow", "white_dyed"],
            ["brass", "bronze", "rose_gold"],
        ),
        (
            "offset_print",
            [*ANTIQUE, "black_dyed", "dual", "rainbow", "white_dyed"],
            ["brass", "bronze", "rose_gold"],
        ),
    ],
)
def test_platings_of_a_process(process: str, blocked: list[str], asked: list[str], options: Options) -> None:
    verdicts: dict[str, list[str]] = {"block": [], "ask": []}
    for plating in options.platings:
        spec = replace(PLAIN, process=process, plating=plating.code, colours=0)
        for found in compatibility.check(spec=spec, options=options):
            verdicts[found.severity].append(plating.code)
    assert (sorted(verdicts["block"]), sorted(verdicts["ask"])) == (blocked, asked)


def test_conflict_names_both_fields_and_the_way_out(options: Options) -> None:
    spec = replace(PLAIN, process="hard_enamel", plating="antique_gold")
    assert compatibility.check(spec=spec, options=options) == [
        Conflict(
            rule="antique_gold+hard_enamel",
            severity="block",
            message=(
                "Antique gold cannot be combined with hard enamel, which is ground flat before it is plated: the dark "
                "recesses would be gone. Choose gold, silver or copper, or make it in soft enamel."
            ),
            fields=("plating", "process"),
        )
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"size_mm": 14.9}, [("size_too_small", "block")]),
        ({"size_mm": 15}, [("size_small", "ask")]),
        ({"size_mm": 19}, []),
        ({"size_mm": 51}, []),
        ({"size_mm": 51.01}, [("size_large", "ask")]),
        ({"size_mm": 76.21}, [("size_too_large", "block")]),
        ({"colours": 10}, []),
        ({"colours": 11}, [("many_colours", "ask")]),
        ({"colours": 16}, [("too_many_colours", "block")]),
        ({"process": "die_struck"}, [("no_colours", "block")]),
        ({"process": "offset_print", "colours": 60}, []),
        ({"thickness_mm": 1.4}, [("thickness_not_made", "block")]),
        ({"addons": [["cut_out", 21]]}, [("addon_count", "block")]),
        ({"addons": [["epoxy_dome", 2]]}, [("addon_count", "block")]),
        ({"addons": [["spinner", 1]]}, [("addon_size", "block")]),
        ({"addons": [["spinner", 1]], "size_mm": 32}, []),
        ({"attachment": "safety_pin", "size_mm": 24.9}, [("attachment_size", "block")]),
        ({"attachment": "magnet", "size_mm": 45}, [("attachment_size", "block")]),
        ({"attachment": "magnet", "posts": 2}, []),
        ({"attachment": "tie_tack", "posts": 2}, [("attachment_posts", "block")]),
        ({"rush": True}, []),
        ({"rush": True, "process": "hard_enamel"}, [("process_not_rushable", "block")]),
        ({"process": "cloisonne", "plating": "tin"}, [("unknown_option", "block"), ("unknown_option", "block")]),
        ({"addons": [["music", 1]], "attachment": "glue", "packaging": "crate"}, [("unknown_option", "block")] * 3),
    ],
)
def test_limits_of_options(change: dict[str, object], expected: list[tuple[str, str]], options: Options) -> None:
    assert _found(PinSpec.from_json(PLAIN.to_json() | change), options) == expected


def test_blocks_come_before_questions(options: Options) -> None:
    spec = replace(PLAIN, plating="dual", size_mm=60, rush=True)
    assert _found(spec, options) == [("rush+dual", "block"), ("dual+soft_enamel", "ask"), ("size_large", "ask")]


def test_inactive_option_is_unknown(seeded: None) -> None:
    models.Plating.objects.filter(code="gold").update(active=False)
    found = compatibility.check(spec=PLAIN, options=options_selector.get_options())
    assert [(conflict.rule, conflict.fields) for conflict in found] == [("unknown_option", ("plating",))]
    assert found[0].message.startswith("There is no plating 'gold' on offer. Choose one of: silver, nickel, copper")


def test_configurator_learns_what_is_blocked_now(options: Options) -> None:
    blocked = compatibility.list_blocked(spec=replace(PLAIN, process="hard_enamel"), options=options)
    assert sorted(blocked) == [
        ("addon", "epoxy_dome"),
        ("plating", "antique_copper"),
        ("plating", "antique_gold"),
        ("plating", "antique_silver"),
        ("plating", "black_dyed"),
        ("plating", "rainbow"),
        ("plating", "white_dyed"),
    ]


def test_rules_speak_only_of_seeded_options() -> None:
    names = json.loads((seeds.SEED_DIR / "options.json").read_text(encoding="utf-8"))
    kinds = {"process": "processes", "plating": "platings", "addon": "addons", "packaging": "packagings"}
    known = {(kind, row["code"]) for kind, key in kinds.items() for row in names[key]} | {("rush", "rush")}
    for group in json.loads((seeds.SEED_DIR / "compatibility.json").read_text(encoding="utf-8")):
        for kind, codes in (group["subject"], group["object"]):
            assert {(kind, code) for code in codes} <= known
