"""Compares granian and gunicorn on the same pages of the same shop, in turns, and prints the ratio.

    DATABASE_URL=... REDIS_URL=... python bench/web_server.py [ROUNDS]

Needs `wrk` (Debian's package) and `pip install gunicorn`, which the shop itself does not use. Both servers get 2 workers
with 4 threads, and 8 connections for 4 seconds a turn. Machines are noisy: read the ratios, which come from turns that
stand side by side.
"""

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PORT = 8765
SERVERS = {
    "granian": [
        f"{BIN}/granian",
        "--interface",
        "wsgi",
        "--port",
        str(PORT),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "critical",
        "pinshop.wsgi:application",
    ],
    "gunicorn": [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{PORT}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--log-level",
        "critical",
        "pinshop.wsgi:application",
    ],
}  # fmt: skip - command lines
PAGES = ("/healthz", "/")


def measure(server: str, page: str) -> float:
    """Requests per second."""
    environment = {
        **os.environ,
        "LOG_LEVEL": "CRITICAL",
        "DEBUG": "false",
        "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
    }
    environment.setdefault("DJANGO_SETTINGS_MODULE", "pinshop.settings.dev")
    process = subprocess.Popen(SERVERS[server], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                with urlopen(f"http://127.0.0.1:{PORT}{page}", timeout=5):
                    break
            except (URLError, OSError):
                time.sleep(0.1)
        command = ["/usr/bin/wrk", "-t1", "-c8", "-d4s", f"http://127.0.0.1:{PORT}{page}"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in shown:
            raise RuntimeError(shown)
        found = re.search(r"Requests/sec:\s+([\d.]+)", shown)
        return float(found[1]) if found else 0.0
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Print a line per page."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    for page in PAGES:
        pairs = [(measure("granian", page), measure("gunicorn", page)) for _ in range(rounds)]
        ratios = [first / second for first, second in pairs]
        medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
        print(
            f"{page:<10} granian {medians[0]:8.0f}/s  gunicorn {medians[1]:8.0f}/s  "
            f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
