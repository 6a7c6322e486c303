"""A whole shop, started as `make run` starts it: on free ports, in a folder of its own, with seeded data."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from pinshop.local import parts

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240


@dataclass(frozen=True)
class Shop:
    """A running shop; `settings` are those by which its parts find each other."""

    url: str
    settings: dict[str, str]
    var: Path
    log: Path
    process: subprocess.Popen[bytes]

    def password(self) -> str:
        """The one password of the seeded people."""
        return (self.var / "run" / "logins.txt").read_text().split("password ")[1].split()[0]

    def api_key(self) -> str:
        """The seeded business's key."""
        return (self.var / "run" / "logins.txt").read_text().split()[-1]

    def subjects(self, to: str) -> list[str]:
        """The subjects of the mails that a person got, oldest first."""
        with urlopen(f"{self.settings['MAIL_PAGE_URL']}/api/messages?to={quote(to)}") as answer:
            found = json.load(answer)
        return [message["subject"] for message in reversed(found["messages"])]


def environment(var: Path) -> dict[str, str]:
    """What `make run` gets here: free ports, a folder of its own, nothing of the test's own servers."""
    inherited = ("DATABASE_URL", "REDIS_URL", "FILES_ROOT", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER")
    kept = {name: value for name, value in os.environ.items() if name not in inherited}
    return {
        **kept,
        **{port.setting: "0" for port in parts.PORTS},
        "VAR": str(var),
        "PYTHONPATH": str(ROOT),
        "SAMPLE_STAGE_SECONDS": "0.3",
        "SAMPLE_PINS": "12",
    }


def start(var: Path, *options: str) -> Shop:
    """Start every part and wait until the shop is ready; fails with the log where it never is."""
    log = var / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pinshop.local", "run", *options],
            cwd=ROOT,
            env=environment(var),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        settings = _read_env(var / parts.ENV_FILE)
        if settings and _is_ready(settings["BASE_URL"]):
            return Shop(settings["BASE_URL"], settings, var, log, process)
        time.sleep(0.2)
    stop(process)
    pytest.fail(f"the shop did not start within {START_SECONDS} s:\n{log.read_text(errors='replace')[-6000:]}")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C and wait; returns the exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail("the shop did not stop on Ctrl-C within 40 s")
    return int(process.returncode)


def _read_env(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
