"""The inspection plan against the figures of ISO 2859-1, tables I and II-A."""

import pytest

from orders.manufacturing.documents.inspection import Sampling, plan_for


@pytest.mark.parametrize(
    ("lot", "letter", "major", "minor"),
    [
        (51, "E", Sampling(20, 1, 2), Sampling(13, 1, 2)),
        (90, "E", Sampling(20, 1, 2), Sampling(13, 1, 2)),
        (91, "F", Sampling(20, 1, 2), Sampling(20, 2, 3)),
        (150, "F", Sampling(20, 1, 2), Sampling(20, 2, 3)),
        (151, "G", Sampling(32, 2, 3), Sampling(32, 3, 4)),
        (500, "H", Sampling(50, 3, 4), Sampling(50, 5, 6)),
        (501, "J", Sampling(80, 5, 6), Sampling(80, 7, 8)),
        (3200, "K", Sampling(125, 7, 8), Sampling(125, 10, 11)),
        (10000, "L", Sampling(200, 10, 11), Sampling(200, 14, 15)),
    ],
)
def test_plan_follows_the_standard(lot: int, letter: str, major: Sampling, minor: Sampling):
    plan = plan_for(lot)
    assert (plan.letter, plan.major, plan.minor) == (letter, major, minor)
    assert (plan.critical.accept, plan.critical.refuse) == (0, 1)


def test_plan_of_a_small_lot_looks_at_every_piece():
    plan = plan_for(50)
    assert (plan.letter, plan.major, plan.minor) == ("", Sampling(50, 0, 1), Sampling(50, 0, 1))


@pytest.mark.parametrize("lot", [0, 10_001])
def test_plan_of_an_impossible_lot_is_refused(lot: int):
    with pytest.raises(ValueError, match="no inspection plan"):
        plan_for(lot)
