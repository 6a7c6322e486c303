"""The documents say what the code does, and the tree keeps its own rules."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(
    [shutil.which("git") or "git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
SOURCES = [
    name
    for name in TRACKED
    if name.endswith((".py", ".js", ".css"))
    and "/migrations/" not in name
    and "/vendor/" not in name
    and (ROOT / name).exists()
]


def test_every_setting_is_in_the_operations_guide() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    read = set()
    for path in (ROOT / "pinshop" / "settings").glob("*.py"):
        read |= set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"|_required\(\"([A-Z_]+)\"\)", path.read_text()))
    names = {first or second for first, second in read}
    assert len(names) > 20
    assert sorted(name for name in names if f"`{name}`" not in guide) == []


def test_files_keep_their_length() -> None:
    lines = {name: len((ROOT / name).read_text().splitlines()) for name in SOURCES}
    limits = {name: 600 if name.startswith("tests/") else 500 for name in SOURCES}
    assert {name: count for name, count in lines.items() if count > limits[name]} == {}


def test_names_say_what_a_file_holds() -> None:
    empty = re.compile(r"(^|/)(utils?|helpers?|common|manager|misc|shared)\.py$")
    assert [name for name in TRACKED if empty.search(name)] == []


def test_every_decision_record_is_short_and_numbered() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert [path.name for path in records if len(path.read_text().splitlines()) > 40] == []


def test_documents_link_to_files_that_exist() -> None:
    links = [
        (name, target)
        for name in TRACKED
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#:/][^)#:]*?)(?:#[^)]*)?\)", (ROOT / name).read_text())
    ]
    assert [link for link in links if not ((ROOT / link[0]).parent / link[1]).exists()] == []


def test_documents_cite_original_sources_and_no_path_of_a_machine() -> None:
    texts = {
        name: (ROOT / name).read_text()
        for name in TRACKED
        if name.endswith((".py", ".md", ".html", ".json", ".toml")) and (ROOT / name).exists()
    }
    here = "tests/architecture/test_documents.py"
    private = [name for name, text in texts.items() if "../shared" in text or f"{ROOT}/" in text]
    assert [name for name in private if name != here] == []
