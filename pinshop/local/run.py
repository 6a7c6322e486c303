"""Starts the whole shop in one terminal and stops it again: servers, web, workers, beat and the stand-ins."""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from honcho.environ import parse_procfile
from honcho.manager import Manager

from pinshop.local import parts, ports, postgres, valkey

NEEDED_BYTES = 500 * 1024 * 1024
READY_SECONDS = 120
SOURCES = ("wheel", "path")


class CannotRun(RuntimeError):
    """One line that says why the shop does not start, and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--no-seed", action="store_true", help="start with what the database has")


def run(options: argparse.Namespace) -> int:
    """Run until Ctrl-C; returns the exit status."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    try:
        return _run(parts.var_folder(), seed=not options.no_seed)
    except (CannotRun, ports.PortTaken, postgres.DatabaseFailed, valkey.BrokerFailed) as problem:
        print(f"make run: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"make run: {problem.strerror or problem}: {problem.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped")
        return 130


def _run(var: Path, *, seed: bool) -> int:
    (var / "run").mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(var).free
    if free < NEEDED_BYTES:
        raise CannotRun(f"only {free // 1024**2} MB are free below {var}; the shop needs {NEEDED_BYTES // 1024**2} MB")
    with _only_one(var), _servers(var) as (database_url, redis_url):
        values = parts.environment(var, parts.claim_ports(), database_url=database_url, redis_url=redis_url)
        parts.write_env(var, values)
        try:
            environment = {
                **os.environ,
                **values,
                "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
            }
            environment["PYTHONUNBUFFERED"] = "1"
            _manage("migrate", "--verbosity", "0", environment=environment, step="tables")
            if seed:
                _manage("seed", "--laptop", str(var / "run" / "logins.txt"), environment=environment, step="seed")
            return _supervise(environment)
        finally:
            (var / parts.ENV_FILE).unlink(missing_ok=True)


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    with (var / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"a shop of this folder is running already ({var})") from None
        yield


@contextmanager
def _servers(var: Path) -> Iterator[tuple[str, str]]:
    """PostgreSQL and Valkey of this folder, unless DATABASE_URL and REDIS_URL name others.

    SERVERS=path takes the server programmes installed on this machine instead of those in the wheels.
    """
    source = os.environ.get("SERVERS", "wheel")
    if source not in SOURCES:
        raise CannotRun(f"SERVERS={source} is not known: use {' or '.join(SOURCES)}, or leave it out")
    stops: list[Callable[[], None]] = []
    try:
        database_url = os.environ.get("DATABASE_URL", "")
        if database_url:
            postgres.reach(database_url)
        else:
            _say("PostgreSQL: starting")
            database = postgres.start(var / "postgres", source=source)
            stops.append(database.stop)
            database_url = database.url
        redis_url = os.environ.get("REDIS_URL", "")
        if redis_url:
            valkey.reach(redis_url)
        else:
            _say("Valkey: starting")
            broker = valkey.start(var / "valkey", source=source)
            stops.append(broker.stop)
            redis_url = broker.url
        yield database_url, redis_url
    finally:
        for stop in reversed(stops):
            stop()
        if stops:
            _say("PostgreSQL and Valkey are shut down")


def _manage(*arguments: str, environment: dict[str, str], step: str) -> None:
    _say(f"{step}: checking")
    command = [sys.executable, str(parts.ROOT / "manage.py"), *arguments]
    # In a session of its own, Ctrl-C in the terminal ends it by our hand and not with a traceback.
    log = Path(environment["VAR"]) / "run" / f"{step}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=environment, cwd=parts.ROOT, stderr=errors, start_new_session=True)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if code:
        raise CannotRun(f"'manage.py {arguments[0]}' failed: {_last_words(log)} (all that it said: {log})")


def _last_words(log: Path) -> str:
    """The last error of a log in one line: what follows in further, indented lines belongs to it."""
    lines = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
    start = max((place for place, line in enumerate(lines) if line and not line[0].isspace()), default=0)
    return " ".join(" ".join(lines[start:]).split())[:600]


def _supervise(environment: dict[str, str]) -> int:
    manager = Manager()
    procfile = parse_procfile((parts.ROOT / "Procfile").read_text())
    for name, command in procfile.processes.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(parts.ROOT))
    watcher = threading.Thread(target=_announce, args=(environment, manager), daemon=True)
    watcher.start()
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    return 0 if manager.returncode in {130, 143} else int(manager.returncode or 1)


def _announce(environment: dict[str, str], manager: Manager) -> None:
    """Wait until every part answers, then say where it is."""
    hint_at = time.monotonic() + READY_SECONDS
    while manager.returncode is None:
        try:
            with urlopen(f"{environment['BASE_URL']}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    _say(_addresses(environment))
                    return
        except (URLError, OSError):
            time.sleep(0.3)
        if time.monotonic() > hint_at:
            _say(f"not ready after {READY_SECONDS} s; {environment['BASE_URL']}/readyz names what is missing")
            hint_at = float("inf")


def _addresses(environment: dict[str, str]) -> str:
    logins = Path(environment["VAR"]) / "run" / "logins.txt"
    lines = [
        "",
        "  Pinshop is open",
        "",
        f"  shop            {environment['BASE_URL']}/",
        f"  admin           {environment['BASE_URL']}/admin/",
        f"  API             {environment['BASE_URL']}/api/",
        f"  mail            {environment['MAIL_PAGE_URL']}/",
        f"  Stripe sandbox  {environment['STRIPE_API_BASE']}/",
        f"  factory         {environment['SAMPLE_FACTORY_URL']}/",
        f"  carrier         {environment['CARRIER_API_BASE']}/",
        "",
        *(f"  {line}" for line in (logins.read_text().splitlines() if logins.exists() else [])),
        "",
        "  Ctrl-C stops everything",
        "",
    ]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
