"""The parts of a shop on a laptop: which there are, where they listen, what they tell each other."""

import json
import os
import secrets
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from pinshop.local import ports

ROOT = Path(__file__).resolve().parents[2]
ENV_FILE = Path("run") / "parts.env"


@dataclass(frozen=True, slots=True)
class Port:
    """A port a person may need to know: the setting that moves it, and where it is by default."""

    setting: str
    default: int
    what: str


PORTS = (
    Port("PORT", 8000, "the shop"),
    Port("STRIPE_PORT", 8010, "the Stripe sandbox"),
    Port("FACTORY_PORT", 8020, "the sample factory"),
    Port("CARRIER_PORT", 8021, "the sample carrier"),
    Port("MAIL_PAGE_PORT", 8030, "the page of the mail catcher"),
    Port("EMAIL_PORT", 8031, "the mail catcher"),
)


def var_folder() -> Path:
    """Where everything a laptop's shop keeps stands: VAR, or var/ beside the code."""
    return Path(os.environ.get("VAR", ROOT / "var")).resolve()


def claim_ports() -> dict[str, int]:
    """The port of each part; raises ports.PortTaken. A setting of 0 takes any free port."""
    chosen: dict[str, int] = {}
    for port in PORTS:
        wanted = os.environ.get(port.setting, str(port.default))
        number = ports.chosen(wanted, what=port.what, setting=port.setting, promised=chosen.values())
        if number in chosen.values():
            other = next(setting for setting, taken in chosen.items() if taken == number)
            raise ports.PortTaken(f"{port.setting} and {other} are both {number}: {port.what} needs a port of its own")
        chosen[port.setting] = number
    return chosen


def environment(var: Path, chosen: dict[str, int], *, database_url: str, redis_url: str) -> dict[str, str]:
    """The settings by which all parts find each other."""
    kept = _secrets(var / "run" / "secrets.json")
    return {
        "DJANGO_SETTINGS_MODULE": "pinshop.settings.dev",
        # A visitor of this shop meets the shop's own error pages; DEBUG=true make run shows Django's.
        "DEBUG": os.environ.get("DEBUG", "false"),
        "LOG_STYLE": os.environ.get("LOG_STYLE", "terminal"),
        # Celery warns at length about root. In a container or a throw-away machine there may be nobody else.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        "VAR": str(var),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "FILES_ROOT": str(var / "files"),
        "BASE_URL": f"http://127.0.0.1:{chosen['PORT']}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{chosen['STRIPE_PORT']}",
        "STRIPE_SECRET_KEY": "sk_test_sandbox_of_this_laptop",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_{kept['stripe']}",
        "SAMPLE_FACTORY_URL": f"http://127.0.0.1:{chosen['FACTORY_PORT']}",
        "SAMPLE_FACTORY_TOKEN": kept["factory_token"],
        "SAMPLE_FACTORY_SECRET": f"whsec_{kept['factory']}",
        "CARRIER_API_BASE": f"http://127.0.0.1:{chosen['CARRIER_PORT']}",
        "CARRIER_API_TOKEN": kept["carrier_token"],
        "CARRIER_WEBHOOK_SECRET": f"whsec_{kept['carrier']}",
        "SAMPLE_STAGE_SECONDS": os.environ.get("SAMPLE_STAGE_SECONDS", "2"),
        "EMAIL_HOST": "127.0.0.1",
        "MAIL_PAGE_URL": f"http://127.0.0.1:{chosen['MAIL_PAGE_PORT']}",
        **{name: str(port) for name, port in chosen.items()},
    }


def write_env(var: Path, values: dict[str, str]) -> None:
    """Let `manage.py` and the demo, run by hand, find the running parts (settings/dev.py reads this file)."""
    path = var / ENV_FILE
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in sorted(values.items())))


def _secrets(path: Path) -> dict[str, str]:
    """Made at the first start and kept, because seeded rows hold them."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        names = ("stripe", "factory", "factory_token", "carrier", "carrier_token")
        path.write_text(json.dumps({name: b64encode(secrets.token_bytes(24)).decode() for name in names}))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
