"""What differs between two revisions, in words."""

import copy
from typing import Any

import pytest

from designs.documents.revision_changes import list_changes

FIRST: dict[str, Any] = {
    "artwork": "a",
    "spec": {"process": "soft_enamel", "plating": "gold", "size_mm": 25.0, "addons": [], "rush": False},
    "sheet": {"quantity": 100, "total": "$269.00", "ship_by": ""},
    "measures": {"colours": [{"fill": "#cf2a2a"}, {"fill": "#ffffff"}]},
    "flatten": {"bridge": "off"},
}


@pytest.mark.parametrize(
    ("path", "value", "sentences"),
    [
        (("artwork",), "b", ("The artwork was replaced.",)),
        (("spec", "plating"), "black_nickel", ("Plating: gold → black nickel.",)),
        (("spec", "addons"), [["glitter", 2]], ("Add-ons: none → glitter × 2.",)),
        (("spec", "rush"), True, ("Rush: no → yes.",)),
        (("sheet", "quantity"), 200, ("Quantity: 100 → 200.",)),
        (("measures", "colours"), [{"fill": "#cf2a2a"}, {"fill": "#000000"}], ("Colours: gone #ffffff; new #000000.",)),
        (("flatten", "bridge"), "plate", ("Lines, background, shape or bridges were chosen differently.",)),
        (("artwork",), "a", ("Nothing that is made has changed.",)),
    ],
)
def test_change_is_told_in_a_sentence(path: tuple[str, ...], value: object, sentences: tuple[str, ...]) -> None:
    after = copy.deepcopy(FIRST)
    inner = after
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    assert list_changes(FIRST, after) == sentences


def test_first_revision_has_no_changes() -> None:
    assert list_changes(None, FIRST) == ()
