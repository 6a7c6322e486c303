"""The tech pack as a manufacturer reads it."""

from datetime import datetime
from io import BytesIO

import pypdfium2
import pytest

from designs.selectors import proofs
from orders.manufacturing.documents import tech_pack
from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.manufacturing.services import packages, production
from pinshop.accounts.owners import Owner
from pinshop.core import files
from tests.orders.manufacturing.conftest import MakeLine


def pages_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        texts = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            texts.append(" ".join(text.get_text_bounded().replace("\u00a0", " ").split()))
            text.close()
            page.close()
        return texts


@pytest.fixture
def prepared(idle_rest: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    row = production.hand_over(line_id=approved_line(quantity=300).pk, now=now)
    packages.prepare(production=row, now=now)
    return row


def test_tech_pack_says_everything_and_carries_the_proof_hash_on_every_page(prepared: ProductionOrder):
    pages = pages_of(files.read(prepared.tech_pack_sha256))
    whole = " ".join(pages)
    package = proofs.get_package(proof_id=prepared.proof_id)
    height = package.measures.height_mm

    assert len(pages) == 3
    assert [prepared.proof_hash in page for page in pages] == [True, True, True]
    assert [prepared.number in page for page in pages] == [True, True, True]
    assert (
        f"Stamped iron pin, soft enamel in 3 colours, 30.0 W × {height:.1f} H mm, 1.2 mm thick, "
        f"about {package.measures.weight_g:.1f} g, gold, 1 post, rubber clutch, backing card."
    ) in pages[0]
    for colour in package.measures.colours:
        assert f"{colour.house} {colour.hlc} {colour.fill}" in pages[1]
    post = package.measures.posts[0]
    assert f"{post.x_mm:.2f} / {post.y_mm:.2f} {post.diameter_mm:.1f}" in pages[1]
    assert "Raised lines 0.30 mm or more, never under 0.20 mm" in pages[0]
    assert "Lot of 300, code letter H." in pages[2]
    assert package.files["dielines"] in pages[2]
    for part in ("300 good pieces", "nickel release", "country of origin", "belongs", "strike nothing else with it"):
        assert (part in whole) is (part != "belongs")
    assert "TEST" not in whole
    assert "Ada" not in whole


def test_tech_pack_of_the_same_order_is_the_same_file(prepared: ProductionOrder, now: datetime):
    first = (prepared.tech_pack_sha256, dict(prepared.request))
    packages.prepare(production=prepared, now=now)
    assert (prepared.tech_pack_sha256, prepared.request) == first
    ProductionOrder.objects.filter(pk=prepared.pk).update(tech_pack_sha256="")
    prepared.refresh_from_db()
    packages.prepare(production=prepared, now=now)
    assert (prepared.tech_pack_sha256, prepared.request) == first


def test_tech_pack_of_a_test_order_says_so_on_every_page(
    idle_rest: Manufacturer, approved_line: MakeLine, business_test_owner: Owner, now: datetime
):
    Manufacturer.objects.filter(pk=idle_rest.pk).update(for_test_orders=True)
    row = production.hand_over(line_id=approved_line(owner=business_test_owner).pk, now=now)
    packages.prepare(production=row, now=now)
    pages = pages_of(files.read(row.tech_pack_sha256))
    assert ["TEST · DO NOT MAKE" in page for page in pages] == [True, True, True]
    assert row.request["notes"] == packages.TEST_NOTE


def test_outline_keeps_the_lines_and_drops_the_fills(prepared: ProductionOrder):
    die_lines = files.read(prepared.die_lines_sha256).decode()
    outline = tech_pack.outline_of(die_lines)
    layers = ("die_outline", "cutouts", "posts", "dims", "metal_raised", "enamel_01")
    assert [f'inkscape:label="{layer}"' in die_lines for layer in layers] == [True] * 6
    assert [f'inkscape:label="{layer}"' in outline for layer in layers] == [True, True, True, True, False, False]
