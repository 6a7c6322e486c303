"""`make demo`: one order goes through its whole life, on the running parts or on parts that are started for it."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "designs" / "samples" / "moon-moth.svg"
START_SECONDS = 300


def main() -> int:
    """Returns 0 only where every step truly happened."""
    parser = argparse.ArgumentParser(prog="make demo", description="One order from artwork to delivery.")
    parser.add_argument(
        "artwork", nargs="?", type=Path, default=SAMPLE, help="any picture; a sample where none is named"
    )
    artwork: Path = parser.parse_args().artwork
    if not artwork.is_file():
        print(f"make demo: there is no file {artwork}", file=sys.stderr)
        return 1
    var = Path(os.environ.get("VAR", ROOT / "var")).resolve()
    started = None if _is_ready(var) else _start(var)
    try:
        return _run(artwork, var)
    finally:
        if started is not None:
            print("stopping the parts")
            started.send_signal(signal.SIGINT)
            started.wait(60)


def _run(artwork: Path, var: Path) -> int:
    settings = _read(var / "run" / "parts.env")
    os.environ.update(settings)
    os.environ["LOG_LEVEL"] = "ERROR"
    django.setup()
    from pinshop.core.outbox import GiveUp, RetryLater  # noqa: PLC0415 - needs the settings that were just read
    from pinshop.site.demo.api import StepFailed  # noqa: PLC0415 - as above
    from pinshop.site.demo.browser import PageProblem  # noqa: PLC0415 - as above
    from pinshop.site.demo.journey import Journey, Parts  # noqa: PLC0415 - as above

    logins = (var / "run" / "logins.txt").read_text()
    parts = Parts(settings, logins.split("password ")[1].split()[0], logins.split()[-1])
    folder = var / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Journey(parts, artwork, folder, lambda line: print(line, flush=True)).run()
    except (StepFailed, PageProblem, RetryLater, GiveUp) as problem:
        print(f"make demo: {problem}", file=sys.stderr)
        return 1
    return 0


def _start(var: Path) -> "subprocess.Popen[bytes]":
    """Start the parts as `make run` does, with their log in var/demo."""
    print("starting the parts; the first time this takes a minute", flush=True)
    (var / "demo").mkdir(parents=True, exist_ok=True)
    log = var / "demo" / "parts.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pinshop.local", "run"],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_ready(var):
            return process
        time.sleep(0.3)
    process.send_signal(signal.SIGINT) if process.poll() is None else None
    last = log.read_text(errors="replace").strip().splitlines()[-1:]
    sys.exit(f"make demo: the parts did not start: {' '.join(last)} (all of it: {log})")


def _is_ready(var: Path) -> bool:
    settings = _read(var / "run" / "parts.env")
    try:
        with urlopen(f"{settings['BASE_URL']}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (KeyError, URLError, OSError):
        return False


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


if __name__ == "__main__":
    sys.exit(main())
