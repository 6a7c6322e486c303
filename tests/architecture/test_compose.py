"""docker-compose.yml describes a shop that starts: its schema holds and each of its commands runs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from pinshop.local import check, ports

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
BIN = Path(sys.executable).parent


def test_compose_file_follows_the_specification() -> None:
    command = [f"{BIN}/check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_queue_has_a_worker_and_every_service_a_health_check() -> None:
    from django.conf import settings

    consumed = [
        service["command"][service["command"].index("--queues") + 1]
        for service in OURS.values()
        if "--queues" in service["command"]
    ]
    assert sorted(consumed) == sorted(settings.QUEUES)
    for name, service in OURS.items():
        assert "healthcheck" in service, name


def test_image_runs_without_root_and_in_two_stages() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^USER (\w+)$", text, re.MULTILINE) == ["pinshop"]
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2
    assert "--require-hashes" in text


@pytest.fixture(scope="module")
def production() -> Iterator[dict[str, str]]:
    """The environment of a container, on a database of its own."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    name = f"compose_{os.getpid()}"
    connection = psycopg2.connect(f"{url}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    redis = os.environ["REDIS_URL"].rpartition("/")[0] + "/15"
    inherited = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "FILES_ROOT"}}
    yield {
        **inherited,
        **check.production_environment(),
        "DATABASE_URL": f"{url}/{name}",
        "REDIS_URL": redis,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "STATIC_ROOT": str(ROOT / "var" / "test" / name),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


def _wait(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if condition():
            return
        time.sleep(0.2)
    pytest.fail(f"no sign of life; it printed:\n{log.read_text()[-3000:]}")


def _command_of(service: dict[str, Any], port: int, schedule: Path) -> list[str]:
    """The service's own command, with a free port and a schedule file of this test."""
    local = {"8000": str(port), "0.0.0.0": "127.0.0.1", "/tmp/beat": str(schedule)}  # noqa: S104, S108 - words of the file
    return [local.get(word, word) for word in service["command"]]


@pytest.mark.slow
def test_every_command_of_the_compose_file_starts(production: dict[str, str], tmp_path: Path) -> None:
    migrated = subprocess.run(
        OURS["migrate"]["command"], cwd=ROOT, env=production, capture_output=True, text=True, check=False
    )
    assert migrated.returncode == 0, migrated.stderr
    port = ports.find_free()
    started: dict[str, subprocess.Popen[bytes]] = {}
    logs = {name: tmp_path / f"{name}.log" for name in OURS if name != "migrate"}
    try:
        for name, log in logs.items():
            with log.open("wb") as output:
                command = _command_of(OURS[name], port, tmp_path / "beat")
                started[name] = subprocess.Popen(
                    command, cwd=ROOT, env=production, stdout=output, stderr=output, start_new_session=True
                )
        for name, log in logs.items():
            test = OURS[name]["healthcheck"].get("test")
            if test is None:
                _wait(lambda log=log: b"beat: Starting" in log.read_bytes(), started[name], log)  # type: ignore[misc]
                continue
            health = [*test[1:], *(["--port", str(port)] if name == "web" else [])]
            _wait(
                lambda health=health: (
                    subprocess.run(health, cwd=ROOT, env=production, capture_output=True, check=False).returncode == 0
                ),  # type: ignore[misc]
                started[name],
                log,
            )
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            process.wait(30)
