"""`make run` starts every part, stops every part, keeps the data, and says in one line why it cannot start."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import psutil
import pytest

from tests.plugins import shop as shops

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder that the database server's own user may enter."""
    base = ROOT / "var" / "test"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=base, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _refusal(var: Path, **settings: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "pinshop.local", "run", "--no-seed"]
    environment = {**shops.environment(var), **settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.strip().splitlines()


@pytest.mark.slow
def test_ctrl_c_stops_every_process_and_a_second_start_keeps_the_data(var: Path) -> None:
    first = shops.start(var, "--no-seed")
    family = psutil.Process(first.process.pid).children(recursive=True)
    assert len(family) >= 9
    refused = _refusal(var)
    assert refused == (1, [f"make run: a shop of this folder is running already ({var})"])
    (var / "files").mkdir(exist_ok=True)
    (var / "files" / "kept").write_text("yes")
    shops.stop(first.process)
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert (len(gone), alive) == (len(family), [])
    assert "database system is shut down" in (var / "postgres" / "postgres.log").read_text()
    assert not (var / "run" / "parts.env").exists()
    second = shops.start(var, "--no-seed")
    shops.stop(second.process)
    assert (var / "files" / "kept").read_text() == "yes"


def test_taken_port_is_one_line_that_says_what_to_do(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, lines = _refusal(var, PORT=str(port))
    assert code == 1
    assert lines == [
        f"make run: port {port} for the shop is taken: stop what listens there, or choose another with PORT=PORT"
    ]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"PORT": "eighty"}, "PORT=eighty is no port for the shop: use a number up to 65535"),
        ({"PORT": "65536"}, "PORT=65536 is no port for the shop: use a number up to 65535"),
        (
            {"PORT": "48123", "EMAIL_PORT": "48123"},
            "EMAIL_PORT and PORT are both 48123: the mail catcher needs a port of its own",
        ),
        ({"SERVERS": "docker"}, "SERVERS=docker is not known: use wheel or path, or leave it out"),
        (
            {"DATABASE_URL": "postgres://shop@127.0.0.1:9/shop"},
            (
                'the database of DATABASE_URL cannot be used: connection to server at "127.0.0.1", port 9 failed: '
                "Connection refused Is the server running on that host and accepting TCP/IP connections?"
            ),
        ),
        (
            {"REDIS_URL": "redis://127.0.0.1:9/0"},
            "the broker of REDIS_URL cannot be used: Error 111 connecting to 127.0.0.1:9. Connection refused.",
        ),
        (
            {"REDIS_URL": "127.0.0.1:6379"},
            (
                "the broker of REDIS_URL cannot be used: Redis URL must specify one of the following schemes "
                "(redis://, rediss://, unix://)"
            ),
        ),
    ],
)
def test_setting_that_leads_nowhere_is_one_line(var: Path, settings: dict[str, str], problem: str) -> None:
    assert _refusal(var, **settings) == (1, [f"make run: {problem}"])


def test_ctrl_c_while_tables_are_made_leaves_no_process_and_no_traceback(var: Path) -> None:
    log = var / "interrupted.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pinshop.local", "run"],
            cwd=ROOT,
            env=shops.environment(var),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        while process.poll() is None and "tables: checking" not in log.read_text():
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        code = process.wait(40)
    assert code == 130
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert log.read_text().splitlines()[-2:] == ["PostgreSQL and Valkey are shut down", "stopped"]
    assert "Traceback" not in log.read_text()


def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    code, lines = _refusal(tmp_path / "var")
    assert code == 1
    assert lines == [f"make run: Not a directory: {tmp_path / 'var' / 'run'}"]


def test_python_that_is_too_old_is_refused_in_one_line(tmp_path: Path) -> None:
    """The Makefile's own sentence is evaluated by a real Python that is told that it is old."""
    old = tmp_path / "python3.10"
    old.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -c "import sys; sys.version_info = (3, 10, 4); $1"\n')
    old.chmod(0o755)
    command = [shutil.which("make") or "make", "--no-print-directory", "install", f"PYTHON={old}"]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "make install: Python 3.10 is not supported; Pinshop needs 3.11, 3.12 or 3.13"


def test_full_disk_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import Namespace

    from pinshop.local import run

    monkeypatch.setattr(run, "NEEDED_BYTES", 10**15)
    monkeypatch.setenv("VAR", str(tmp_path))
    assert run.run(Namespace(no_seed=True)) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("make run: only ")
    assert lines[0].endswith(f"the shop needs {10**15 // 1024**2} MB")


def test_addresses_are_told_however_long_the_first_start_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pinshop.local import parts, run

    answers = [URLError("not yet"), URLError("not yet"), nullcontext(SimpleNamespace(status=200))]

    def answer(*_: object, **__: object) -> object:
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(run, "urlopen", answer)
    monkeypatch.setattr(run, "READY_SECONDS", -1)
    ports = dict.fromkeys((port.setting for port in parts.PORTS), 8000)
    run._announce(parts.environment(tmp_path, ports, database_url="", redis_url=""), SimpleNamespace(returncode=None))
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "/readyz names what is missing" in line] == lines[:1]
    assert "  Pinshop is open" in lines


def test_step_that_fails_is_one_line_with_its_reason(tmp_path: Path) -> None:
    from pinshop.local import run

    (tmp_path / "run").mkdir()
    environment = shops.environment(tmp_path) | {
        "DJANGO_SETTINGS_MODULE": "pinshop.settings.dev",
        "DATABASE_URL": "postgres://shop@127.0.0.1:9/shop",
    }
    with pytest.raises(run.CannotRun) as problem:
        run._manage("migrate", "--verbosity", "0", environment=environment, step="tables")
    reason = (
        'django.db.utils.OperationalError: connection to server at "127.0.0.1", port 9 failed: Connection refused '
        "Is the server running on that host and accepting TCP/IP connections?"
    )
    log = tmp_path / "run" / "tables.log"
    assert str(problem.value) == f"'manage.py migrate' failed: {reason} (all that it said: {log})"
    assert "Traceback" in log.read_text()


def test_data_folder_that_cannot_be_made_is_one_line_with_its_reason(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is full: what initdb says last is only that it tidies up."""
    from pinshop.local import postgres

    initdb = var / "full" / "bin" / "initdb"
    initdb.parent.mkdir(parents=True)
    initdb.write_text(
        "#!/bin/sh\necho 'creating configuration files ... ok'\n"
        "echo 'initdb: error: could not write file: No space left on device'\necho 'initdb: removing data'\nexit 1\n"
    )
    initdb.chmod(0o755)
    monkeypatch.setattr(postgres, "find_binaries", lambda _source: initdb.parent)
    with pytest.raises(postgres.DatabaseFailed) as problem:
        postgres.start(var / "full" / "data")
    assert str(problem.value).endswith("data folder: initdb: error: could not write file: No space left on device")
