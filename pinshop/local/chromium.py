"""A Chromium for the browser tests: found, or installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NoChromium(RuntimeError):
    """There is none and none could be installed; the message says why."""


def find() -> Path | None:
    """The browser named by CHROMIUM, on PATH, or Playwright's own; None where there is none.

    Raises NoChromium where CHROMIUM names something that is not there, because a wrong name should not pass unseen.
    """
    named = os.environ.get("CHROMIUM", "")
    if named:
        if not os.access(named, os.X_OK):
            raise NoChromium(f"CHROMIUM={named} is not a programme; name one, or unset it")
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - starting it takes a second, and is the last resort

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def find_or_install() -> Path:
    """A Chromium: Debian's package is installed as root, Playwright's build otherwise. Raises NoChromium with the reason."""
    found = find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("test: installing Debian's Chromium for the browser tests", flush=True)
        commands = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    else:
        print("test: installing Playwright's Chromium for the browser tests", flush=True)
        commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for command in commands:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise NoChromium(
                f"no Chromium found, and '{' '.join(command)}' failed: {' '.join(last)}. "
                "Install Chromium, or name one with CHROMIUM=/path/to/chromium"
            )
    found = find()
    if not found:
        raise NoChromium("Chromium was installed but is not on PATH; name it with CHROMIUM=/path/to/chromium")
    return found
