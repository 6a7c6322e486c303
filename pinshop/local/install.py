"""Makes .venv from the lock. Run by the system's Python before anything is installed, so: the standard library only."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.txt"
STAMP = VENV / "installed-from"
NEEDED_BYTES = 2 * 1024**3
# What pip may be told about where packages come from, and uv's word for it; uv itself reads nothing of pip's.
SOURCES = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
    "cert": "--cert",
}


def main() -> int:
    """Install when it is due; returns the exit status."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest() + f" {sys.version_info[0]}.{sys.version_info[1]}"
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        return fail(f"only {free // 1024**2} MB are free here; the libraries need {NEEDED_BYTES // 1024**2} MB")
    if not (VENV / "bin" / "python").exists() or not runs(VENV / "bin" / "python"):
        print(f"install: making .venv with Python {sys.version_info[0]}.{sys.version_info[1]}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)  # half of one would pass for a whole one the next time
            return fail("Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv")
    python = VENV / "bin" / "python"
    code = bring_uv(python) or sync(VENV / "bin" / "uv", python=python, lock=LOCK, sources=configured(python))
    if code == 0:
        STAMP.write_text(wanted)
    return code


def bring_uv(python: Path) -> int:
    """Has pip install uv, the one package that it takes from the lock; uv installs in a tenth of pip's time."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
        lock.write(entry_of_uv(LOCK.read_text()))
        lock.flush()
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
        command = [str(python), "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock.name]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
        return fail("pip failed: " + shorten(errors or done.stdout.splitlines()[-3:]))
    return 0


def entry_of_uv(lock: str) -> str:
    """The lines of a lock file that name uv and its hashes."""
    found = re.search(r"^uv==.*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


@dataclass(frozen=True)
class Sources:
    """Where packages come from, in uv's words."""

    options: list[str]
    environment: dict[str, str]


def sync(uv: Path, *, python: Path, lock: Path, sources: Sources) -> int:
    """Make the environment of `python` what the lock says, each file checked by its hash; returns the exit status."""
    command = [str(uv), "pip", "sync", "--python", str(python), "--require-hashes"]
    # The hashes say which file is right, so an index that lacks it may be passed over, as pip does.
    command += ["--index-strategy", "unsafe-best-match", *sources.options, str(lock)]
    told: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=sources.environment
    ) as process:
        for line in process.stdout or ():
            first, _, rest = line.strip().partition(" ")
            if first in {"Resolved", "Prepared", "Installed", "Downloading", "Building"}:
                show(f"install: {first.lower()} {rest}", keep=first in {"Resolved", "Prepared", "Installed"})
            elif told or line.startswith("error"):
                told.append(line)
    if process.returncode:
        show("", keep=False)
        return fail("uv failed: " + shorten(told))
    return 0


def configured(python: Path) -> Sources:
    """What the pip of this interpreter is told by its configuration files and by PIP_ in the environment."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    values: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # a later one counts
        for key, value in re.findall(rf"^{section}\.([a-z-]+)=(.*)$", listed, re.MULTILINE):
            values[key] = str(ast.literal_eval(value))
    options = [
        word for key, option in SOURCES.items() for each in values.get(key, "").split() for word in (option, each)
    ]
    if values.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        options.append("--no-index")
    environment = dict(os.environ)
    if "proxy" in values:
        environment |= {"HTTP_PROXY": values["proxy"], "HTTPS_PROXY": values["proxy"]}
    return Sources(options, environment)


def shorten(lines: list[str]) -> str:
    """An error of several lines in one."""
    return " ".join(" ".join(lines).split())[:600]


def show(text: str, *, keep: bool) -> None:
    """What stays is a line of its own; the rest is written over on a terminal and not shown elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if keep else "", flush=True)
    elif keep:
        print(text, flush=True)


def runs(python: Path) -> bool:
    """True where this interpreter starts and is the version that runs us."""
    probe = "import sys; print(sys.version_info[:2])"
    done = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, check=False)
    return done.stdout.strip() == str(sys.version_info[:2])


def fail(reason: str) -> int:
    """One clear line."""
    print(f"make install: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    os.umask(0o022)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(fail("stopped; the next one goes on from here"))
