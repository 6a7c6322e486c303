"""The style sheet that every page asks for is one file, with everything in it and every address right."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from pinshop.core import sheets

CSS = Path(settings.BASE_DIR) / "static" / "css"


def test_the_joined_sheet_holds_every_rule_of_every_part_in_order() -> None:
    joined = sheets.join(CSS)
    assert "@import" not in joined
    found = [joined.index(mark) for mark in (":root {", ".site-header {", ".button {", ".pin-card {", ".frame {")]
    assert found == sorted(found)


def test_every_address_in_the_joined_sheet_leads_to_a_file() -> None:
    addresses = set(re.findall(r'url\("([^"]+)"\)', sheets.join(CSS)))
    assert len(addresses) > 4
    assert [address for address in addresses if not (CSS / address).resolve().is_file()] == []


def test_a_changed_part_is_in_the_file_that_is_found_next(tmp_path, monkeypatch) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.css").write_text('/* all */\n@import url("parts/one.css");\n')
    (tmp_path / "parts" / "one.css").write_text("p { color: red; }\n")
    finder = sheets.JoinedSheetFinder()
    monkeypatch.setattr(finder, "_sources", tmp_path)
    monkeypatch.setattr(finder, "_storage", type(finder._storage)(location=tmp_path / "out"))
    assert Path(finder.find(sheets.JOINED)).read_text() == "p { color: red; }\n"
    (tmp_path / "parts" / "one.css").write_text("p { color: blue; }\n")
    assert Path(finder.find(sheets.JOINED)).read_text() == "p { color: blue; }\n"


def test_pages_and_the_collected_files_find_it() -> None:
    path = finders.find(sheets.JOINED)
    assert path is not None
    assert Path(path).read_text() == sheets.join(CSS)
    assert [name for finder in finders.get_finders() for name, _ in finder.list([]) if name == sheets.JOINED] == [
        sheets.JOINED
    ]
    assert finders.find("css/none.css") is None
