"""The style guide draws the tokens and pieces as they are, on a laptop only."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from pinshop.site.web import styleguide

pytestmark = pytest.mark.django_db
CSS = Path(__file__).resolve().parents[3] / "static" / "css"


def test_there_is_no_style_guide_in_an_open_shop(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404
    with pytest.raises(Resolver404):
        resolve("/styleguide/")


def test_every_token_of_the_light_theme_is_shown() -> None:
    text = (CSS / "tokens.css").read_text()
    light = text[text.index(":root") : text.index("@media")]
    shown = [token.name for tokens in styleguide.read_tokens().values() for token in tokens]
    assert sorted(shown) == sorted(re.findall(r"^\s+--([\w-]+):", light, re.MULTILINE))


def test_no_style_sheet_uses_a_token_that_does_not_exist() -> None:
    sheets = {path.name: path.read_text() for path in CSS.rglob("*.css") if path.name != "admin.css"}  # its theme's own
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(sheets.values())))
    used = {(sheet, name) for sheet, text in sheets.items() for name in re.findall(r"var\((--[\w-]+)\)", text)}
    assert {(sheet, name) for sheet, name in used if name not in defined} == set()


@pytest.mark.usefixtures("workshop")
def test_the_page_shows_fields_with_their_errors(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()
    assert page.count("This field is required.") == 3
