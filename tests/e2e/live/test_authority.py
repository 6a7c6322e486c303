"""The server's proof is the authority: what the browser draws is the same pin."""

import itertools

import pytest

from designs.rendering import Look
from tests.e2e.live import stage as stages
from tests.e2e.live.conftest import art

ARTWORKS = ("axolotl", "library-cat", "moon-moth", "reef-turtle", "swift", "tea-whale")
PLATINGS = ("gold", "silver", "black_nickel", "antique_copper", "rose_gold")
PROCESSES = ("soft_enamel", "hard_enamel", "die_struck")
MOST_MEAN, MOST_P95 = 0.03, 0.10
PX = 320


@pytest.fixture(scope="module")
def one_page(painter):
    with stages.Stage.opened(painter, PX) as opened:
        yield opened
    assert opened.problems == []


@pytest.mark.parametrize(("name", "process"), list(itertools.product(ARTWORKS, PROCESSES)))
def test_front_is_the_proof_in_every_plating(one_page, name, process):
    pin = art(name, process)
    one_page.mount(pin, plating=PLATINGS[0])
    far = {}
    for plating in PLATINGS:
        proof = stages.proof_of(pin, Look(process=process, plating=plating), PX)
        far[plating] = stages.away(one_page.shot(plating=plating), proof, pin)
    assert [found for found in far.items() if found[1].mean > MOST_MEAN or found[1].most > MOST_P95] == []


@pytest.mark.parametrize(
    ("name", "look", "effects"),
    [
        ("library-cat", {"epoxy": True, "plating": "gold"}, {}),
        ("night-heron", {"process": "cast_3d", "plating": "antique_copper"}, {}),
        ("tea-whale", {"process": "offset_print", "plating": "nickel"}, {}),
        ("star-listener", {"process": "screen_print", "plating": "silver"}, {}),
        ("kind-rain", {"plating": "rainbow"}, {"_2": "glitter", "_3": "pearl"}),
        ("moon-moth", {"plating": "white_dyed"}, {"_2": "translucent", "_5": "gemstone", "_3": "glow"}),
    ],
)
def test_front_is_the_proof_in_every_finish(one_page, name, look, effects):
    pin = art(name, look.get("process", "soft_enamel"), **effects)
    one_page.mount(pin, **look)
    found = stages.away(one_page.shot(), stages.proof_of(pin, Look(**look), PX), pin)
    assert found.mean <= MOST_MEAN
    assert found.most <= MOST_P95


def test_two_metals_stand_where_the_proof_has_them(one_page):
    pin = art("lighthouse")
    one_page.mount(pin)
    one_page.page.evaluate("pin.bundle.platings.dual = [pin.bundle.platings.gold[0], pin.bundle.platings.silver[0]]")
    proof = stages.proof_of(pin, Look(plating="gold", second_plating="silver"), PX)
    found = stages.away(one_page.shot(plating="dual"), proof, pin)
    assert found.mean <= MOST_MEAN
    assert found.most <= MOST_P95


def test_night_is_the_proofs_night(one_page):
    pin = art("star-listener", _4="glow")
    one_page.mount(pin)
    found = stages.away(one_page.shot(dark=1), stages.proof_of(pin, Look(night=True), PX), pin)
    assert found.mean <= MOST_MEAN
    assert found.most <= MOST_P95


def test_a_pin_in_another_metal_is_not_the_proof(one_page):
    pin = art("library-cat")
    one_page.mount(pin, plating="black_nickel")
    found = stages.away(one_page.shot(), stages.proof_of(pin, Look(plating="gold"), PX), pin)
    assert found.mean > MOST_MEAN
