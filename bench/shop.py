"""A shop as production runs it, for measuring: PostgreSQL and Valkey of its own, `settings/prod.py`, granian with two workers.

Nothing else runs: no Celery worker (what a checkout leaves to them waits in the outbox), no payment provider, no proxy.
Logs go to a file, as JSON.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil
import psycopg2

from pinshop.local import check, ports, postgres, valkey

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HOST = "shop.example"  # production's BASE_URL; the connection itself goes to the loopback address
WORKERS, THREADS = 2, 4  # as in the Procfile


@dataclass(frozen=True)
class Shop:
    """A running shop: where its web server listens, its settings, and the processes by what they do."""

    port: int
    database_url: str
    environment: dict[str, str]
    web: psutil.Process
    servers: tuple[psutil.Process, ...]

    def web_seconds(self) -> float:
        """CPU time that the web server's processes have used."""
        return sum(map(_seconds, [self.web, *self.web.children(recursive=True)]))

    def server_seconds(self) -> float:
        """CPU time of PostgreSQL and Valkey; a PostgreSQL process counts while its connection lives."""
        return sum(_seconds(each) + sum(map(_seconds, each.children(recursive=True))) for each in self.servers)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a query."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def fill(self, pins: int) -> None:
        """Have so many ready-made pins on sale (shelf.py)."""
        _manage(self.environment, "shell", "-v", "0", "-c", f"import shelf; shelf.fill({pins})")

    def log(self) -> str:
        """What the web server said."""
        return (Path(self.environment["VAR"]) / "web.log").read_text(errors="replace")


@contextmanager
def web(shop: Shop, **settings: str) -> Iterator[Shop]:
    """The same shop with a second web server under other settings, until the block ends."""
    environment = {**shop.environment, **settings}
    with _web(environment) as (process, port):
        yield replace(shop, port=port, environment=environment, web=psutil.Process(process.pid))


@contextmanager
def running(*, pieces: int) -> Iterator[Shop]:
    """A seeded shop with `pieces` of each ready-made pin on the shelf, until the block ends."""
    base = ROOT / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="shop-", dir=base) as folder:
        var = Path(folder)
        var.chmod(0o755)
        database = postgres.start(var / "postgres")
        broker = valkey.start(var / "valkey")
        try:
            environment = _environment(var, database.url, broker.url)
            for command in (
                ["migrate", "--verbosity", "0"],
                ["seed", "--options"],
                ["collectstatic", "--no-input", "-v", "0"],
            ):
                _manage(environment, *command)
            _manage(environment, "shell", "-v", "0", "-c", _SHELF.format(pieces=pieces, pin=PIN))
            postmaster = int((database.data / "postmaster.pid").read_text().split()[0])
            servers = (psutil.Process(postmaster), psutil.Process(broker.process.pid))
            with _web(environment) as (process, port):
                yield Shop(port, database.url, environment, psutil.Process(process.pid), servers)
        finally:
            broker.stop()
            database.stop()


# The sample pins, of which the one that is bought has its pictures: drawing them all takes two minutes.
PIN = "moon-moth"
_SHELF = """
from django.utils import timezone
from catalog.models import Stock
from pinshop.site import seed
seed.load(now=timezone.now())
seed.picture_first(slugs=["{pin}"], now=timezone.now())
Stock.objects.update(on_hand={pieces})
"""


def _environment(var: Path, database_url: str, redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        **check.production_environment(),
        "BASE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "FILES_ROOT": str(var / "files"),
        "STATIC_ROOT": str(var / "static"),
        "VAR": str(var),
        "LOG_STYLE": "json",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}",
    }


def _manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed: {done.stderr.decode()[-2000:]}")


@contextmanager
def _web(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = ports.find_free()
    command = [
        f"{BIN}/granian",
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "pinshop.wsgi:application"),
    ]
    with (Path(environment["VAR"]) / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with urlopen(Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": HOST}), timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer within 30 s")


def _seconds(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)
