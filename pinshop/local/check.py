"""`make check` and `make test`: every check in one place, each with its time, all shown before it fails."""

import argparse
import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from pinshop.local import chromium
from pinshop.local.parts import ROOT

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Check:
    """One command that must end with status 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended, and what it printed."""

    name: str
    passed: bool
    seconds: float
    output: str


# Compiles the engine's loops once, where otherwise each process of the tests would compile them for itself.
ENGINE = Check("engine", [sys.executable, "-c", "from designs import rendering; rendering.warm_up()"])


def list_checks() -> list[Check]:
    """Types first, because they take longest; format, lint, contracts, templates, migrations, deployment settings."""
    python = sys.executable
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    test = {"DJANGO_SETTINGS_MODULE": "pinshop.settings.test"}
    return [
        Check("types", [f"{BIN}/mypy", "--no-error-summary"]),
        Check("format", [f"{BIN}/ruff", "format", "--check", "--quiet", "."]),
        Check("lint", [f"{BIN}/ruff", "check", "--quiet", "."]),
        Check("import contracts", [f"{BIN}/lint-imports"], {"PYTHONPATH": str(ROOT)}),
        Check("templates", [f"{BIN}/djade", "--check", "--target-version", "5.2", *templates]),
        Check("migrations", [python, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"], test),
        Check(
            "deployment",
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production_environment(),
        ),
    ]


def production_environment() -> dict[str, str]:
    """A made-up but complete production environment, for checking that its settings stand."""
    return {
        "DJANGO_SETTINGS_MODULE": "pinshop.settings.prod",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": "postgres://shop:secret@database/shop",
        "REDIS_URL": "redis://broker:6379/0",
        "BASE_URL": "https://shop.example",
        "ALLOWED_HOSTS": "shop.example",
        "EMAIL_HOST": "mail.example",
        "DEFAULT_FROM_EMAIL": "Pinshop <hello@shop.example>",
        "STRIPE_SECRET_KEY": "sk_live_example",
        "STRIPE_WEBHOOK_SECRETS": "whsec_example",
        "CARRIER_API_BASE": "https://carrier.example",
        "CARRIER_API_TOKEN": "example",
        "CARRIER_WEBHOOK_SECRET": "whsec_ZXhhbXBsZQ==",
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line: what follows is handed to pytest."""
    parser.add_argument("pytest_arguments", nargs="*", help="for pytest, after --")


def run(_options: argparse.Namespace) -> int:
    """Run the checks; 0 where all pass."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(_run, check) for check in list_checks()]
        passed = [_tell(each.result()) for each in as_completed(running)]
    return 0 if all(passed) else 1


def run_tests(options: argparse.Namespace) -> int:
    """Run the checks and every test, with a real browser at hand; 0 where all pass.

    The tests begin as soon as browser and engine are ready; the check of the types, which takes longer, runs on beside
    them and is told at the end.
    """
    lanes = os.cpu_count() or 2
    with ThreadPoolExecutor(lanes + 1) as pool:  # one more for the browser, whose installation mostly waits
        browser = pool.submit(chromium.find_or_install)
        types, *others = [pool.submit(_run, check) for check in [*list_checks(), ENGINE]]
        passed = [_tell(each.result()) for each in as_completed(others)]
        try:
            environment = _clean({"CHROMIUM": str(browser.result())})
        except chromium.NoChromium as problem:
            print(f"make test: {problem}", file=sys.stderr)
            return 1
        command = [sys.executable, "-m", "pytest", "-n", str(lanes), "-q", *options.pytest_arguments]
        tested = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        passed.append(_tell(types.result()))
    if not all(passed):
        print("make test: the tests have run, but a check above failed", file=sys.stderr)
    return tested.returncode or (0 if all(passed) else 1)


def _run(check: Check) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=_clean(check.environment), capture_output=True, text=True, check=False
    )
    return Outcome(check.name, done.returncode == 0, time.monotonic() - started, done.stdout + done.stderr)


def _tell(outcome: Outcome) -> bool:
    """One line, and what was printed where it failed; returns whether it passed."""
    print(f"  {outcome.name:<18}{'ok' if outcome.passed else 'FAILED':<8}{outcome.seconds:6.1f} s", flush=True)
    if not outcome.passed:
        print(outcome.output.rstrip(), flush=True)
    return outcome.passed


def _clean(changes: dict[str, str]) -> dict[str, str]:
    """The caller's environment without the addresses of a running shop, so that checks and tests never touch it."""
    ours = {"DJANGO_SETTINGS_MODULE", "BASE_URL", "FILES_ROOT", "STRIPE_API_BASE", "EMAIL_PORT", "VAR"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, **changes}
