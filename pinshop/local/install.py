"""Makes .venv from the lock. Run by the system's Python before anything is installed, so: the standard library only."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.txt"
STAMP = VENV / "installed-from"
NEEDED_BYTES = 2 * 1024**3


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
            return fail("Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv")
    code = install()
    if code == 0:
        STAMP.write_text(wanted)
    return code


def install() -> int:
    """Run pip and count the packages as it goes."""
    total = len(re.findall(r"^[A-Za-z0-9_.-]+(\[[^]]*\])?==", LOCK.read_text(), re.MULTILINE))
    command = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--require-hashes",
        "--no-input",
        "--progress-bar",
        "off",
        "-r",
        str(LOCK),
    ]  # fmt: skip - one command line
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen: list[str] = []
    collected = 0
    if process.stdout is not None:
        for line in process.stdout:
            seen.append(line.rstrip())
            if line.startswith("Collecting "):
                collected += 1
                show(f"install: {collected} of about {total} packages, {line.split()[1].split('==')[0]}")
            elif line.startswith("Installing collected"):
                show(f"install: unpacking {collected} packages, half a minute more", end="\n")
    if process.wait():
        if sys.stdout.isatty():
            print()
        errors = [line for line in seen if line.startswith("ERROR")] or seen[-3:]
        return fail("pip failed: " + " ".join(errors)[:600])
    return 0


def show(text: str, end: str = "") -> None:
    """One line that is written over on a terminal; every twentieth line elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end=end, flush=True)
    elif end or int(re.findall(r"\d+", text)[0]) % 20 == 1:
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
    sys.exit(main())
