"""Each of these libraries has its one place (docs/architecture.md, section 3). import-linter keeps the rest."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path.relative_to(ROOT).as_posix()
    for app in ("pinshop", "catalog", "designs", "orders")
    for path in sorted((ROOT / app).rglob("*.py"))
]
PLACES = {
    "stripe": ("orders/payments/stripe_gateway.py", "pinshop/local/stripe/"),
    "httpx": ("pinshop/core/http.py",),
    "requests": (),
    "celery": ("tasks.py", "/tasks/", "pinshop/celery.py", "pinshop/core/broker.py"),
    "PIL": ("designs/rendering/", "pinshop/local/"),
    "numpy": ("designs/rendering/",),
    "cv2": ("designs/rendering/",),
    "pyvips": ("designs/rendering/",),
    "pypdfium2": ("designs/rendering/", "pinshop/site/demo/"),
    "rest_framework": ("/api/", "pinshop/core/api.py", "pinshop/core/limits.py"),
    "unfold": ("admin.py", "/admin/"),
}


@cache
def _imported(name: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / name).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", sorted(PLACES))
def test_library_is_imported_in_its_place_only(library: str) -> None:
    elsewhere = [
        name
        for name in SOURCES
        if library in _imported(name) and not any(place in f"/{name}" for place in PLACES[library])
    ]
    assert elsewhere == []


def test_no_model_holds_logic_in_save_and_no_signal_is_ours() -> None:
    ours = [
        name
        for name in SOURCES
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if (isinstance(node, ast.FunctionDef) and node.name == "save" and "/models" in name)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Signal")
    ]
    assert ours == []
