"""Templates keep to the content security policy: no style and no script but our own files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("pinshop", "catalog", "designs", "orders")
# The stand-ins of a laptop are no pages of the shop; e-mail programs know no style sheets.
PAGES = sorted(
    path
    for folder in (ROOT / "templates", *(ROOT / app for app in APPS))
    for path in folder.rglob("*.html")
    if "local" not in path.parts
)
MAILS = {path for path in PAGES if ROOT / "templates" / "mail" in path.parents or "mail" in path.parent.parts}

STYLE = re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*?\son[a-z]+\s*=", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.IGNORECASE | re.DOTALL)
FOREIGN = re.compile(
    r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href|srcset)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
)
JAVASCRIPT_LINK = re.compile(r"(?:href|action|src)\s*=\s*[\"']\s*javascript:", re.IGNORECASE)
HTMX_EVAL = re.compile(r"\bhx-on\b|hx-(?:vals|headers)\s*=\s*[\"']\s*(?:js|javascript):", re.IGNORECASE)


def test_there_are_templates_to_look_at():
    assert len(PAGES) > 50
    assert MAILS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_inline_script_handler_or_foreign_file(path):
    text = path.read_text()
    assert [body for attributes, body in SCRIPT.findall(text) if "src=" not in attributes or body.strip()] == []
    assert HANDLER.findall(text) == []
    assert FOREIGN.findall(text) == []
    assert JAVASCRIPT_LINK.findall(text) == []
    assert HTMX_EVAL.findall(text) == []


@pytest.mark.parametrize("path", sorted(set(PAGES) - MAILS), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_holds_no_inline_style(path):
    assert STYLE.findall(path.read_text()) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (STYLE, '<p style="color:red">'),
        (STYLE, "<style>p{}</style>"),
        (HANDLER, '<button class="a"\n onclick="go()">'),
        (FOREIGN, '<script src="https://cdn.example/x.js">'),
        (FOREIGN, "<link rel=stylesheet href='//cdn.example/x.css'>"),
        (JAVASCRIPT_LINK, '<a href="javascript:go()">'),
        (HTMX_EVAL, '<div hx-on:click="go()">'),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern, text):
    assert pattern.search(text)


def test_style_sheets_use_only_our_own_files():
    sheets = sorted((ROOT / "static" / "css").rglob("*.css"))
    assert sheets
    foreign = {sheet.name: re.findall(r"url\(\s*[\"']?(?:https?:)?//", sheet.read_text()) for sheet in sheets}
    assert {name: found for name, found in foreign.items() if found} == {}


def test_fonts_and_libraries_have_their_licence_beside_them():
    for folder in [ROOT / "static" / "fonts", *(ROOT / "static" / "vendor").iterdir()]:
        assert list(folder.glob("LICENSE*")) or list(folder.glob("OFL*")), folder
