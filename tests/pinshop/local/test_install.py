"""`make install` takes what the lock names from where pip is told to look, checks it, and fails in one line."""

import base64
import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pinshop.local import install

UV = Path(sys.executable).parent / "uv"
NAME = "pinshop_install_probe"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The interpreter of a virtual environment of its own, with nothing in it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    return tmp_path / "venv" / "bin" / "python"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with one wheel that no index has."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    files = {
        f"{NAME}.py": "",
        f"{NAME}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n",
        f"{NAME}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for name, text in files.items()
    )
    with zipfile.ZipFile(folder / f"{NAME}-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in {**files, f"{NAME}-1.0.dist-info/RECORD": record}.items():
            wheel.writestr(name, text)
    return folder


@pytest.fixture
def lock(tmp_path: Path, wheels: Path) -> Callable[[str], Path]:
    """A lock file that names the wheel with a hash."""

    def write(sha256: str = "") -> Path:
        (wheel,) = wheels.iterdir()
        path = tmp_path / "lock.txt"
        path.write_text(f"{NAME}==1.0 --hash=sha256:{sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
        return path

    return write


@pytest.fixture(autouse=True)
def _pip_looks_there(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but pip's own configuration file says where the wheel is."""
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\n[install]\nfind-links = {wheels}\n")
    for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))


def _has_probe(python: Path) -> bool:
    return subprocess.run([str(python), "-c", f"import {NAME}"], capture_output=True, check=False).returncode == 0


def test_packages_come_from_where_pip_is_told(
    environment: Path, lock: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    sources = install.configured(Path(sys.executable))
    assert install.sync(UV, python=environment, lock=lock(""), sources=sources) == 0
    assert _has_probe(environment)
    printed = capsys.readouterr()
    assert [line.split(" in ")[0] for line in printed.out.splitlines()] == [
        "install: resolved 1 package",
        "install: prepared 1 package",
        "install: installed 1 package",
    ]
    assert printed.err == ""


def test_package_of_another_hash_is_refused_in_one_line(
    environment: Path, lock: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    sources = install.configured(Path(sys.executable))
    assert install.sync(UV, python=environment, lock=lock("0" * 64), sources=sources) == 1
    assert not _has_probe(environment)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("make install: uv failed: error: ")
    assert "0" * 64 in line


def test_environment_counts_more_than_the_files_and_proxies_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@packages.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/one /two")
    monkeypatch.setenv("PIP_PROXY", "http://proxy.example:3128")
    sources = install.configured(Path(sys.executable))
    options = " ".join(sources.options)
    assert "--index-url https://user:secret@packages.example/simple" in options
    assert "--find-links /one --find-links /two" in options
    assert options.endswith("--no-index")
    assert sources.environment["HTTPS_PROXY"] == "http://proxy.example:3128"


def test_environment_that_python_could_not_finish_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Debian's Python without python3-venv does it: an interpreter is there, pip is not."""
    half = tmp_path / "python3"
    half.write_text('#!/bin/sh\nmkdir -p "$3/bin" && touch "$3/bin/python" && exit 1\n')
    half.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(half))
    monkeypatch.setattr(install, "VENV", tmp_path / "environment")
    monkeypatch.setattr(install, "STAMP", tmp_path / "environment" / "stamp")
    assert install.main() == 1
    assert not (tmp_path / "environment").exists()
    assert capsys.readouterr().err.splitlines() == [
        "make install: Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"
    ]


def test_uv_is_in_the_lock_with_its_hashes() -> None:
    entry = install.entry_of_uv(install.LOCK.read_text())
    assert entry.startswith("uv==")
    assert entry.count("--hash=sha256:") > 5
    assert "==" not in entry.removeprefix("uv==")
