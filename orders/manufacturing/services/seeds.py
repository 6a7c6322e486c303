"""The two manufacturers of a laptop: a sample factory with an API, and a workshop that is reached by e-mail."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from catalog.selectors import options
from orders.manufacturing.enums import ManufacturerKind
from orders.manufacturing.models import Manufacturer

FACTORY_NAME = "Sample factory"
WORKSHOP_NAME = "Workshop by e-mail"
WORKSHOP_EMAIL = "workshop@manufacturer.example"
# Made by hand, piece by piece: what the workshop has and the sample factory has not.
WORKSHOP_PROCESSES = ("cast_3d",)


def load_sample_manufacturers(
    *, base_url: str, token: str, secret: str, now: datetime, email: str = WORKSHOP_EMAIL
) -> int:
    """Add both where they are missing, and let the factory's address and secrets follow those of its process.

    `base_url`, `token` and `secret` are SAMPLE_FACTORY_URL, _TOKEN and _SECRET. The workshop makes cast pins, the factory
    everything else, so that both ways can be tried. Returns how many were added. Options must be loaded before.
    """
    codes = [process.code for process in options.get_options().processes]
    with transaction.atomic():
        _, factory_is_new = Manufacturer.objects.update_or_create(
            name=FACTORY_NAME,
            defaults={"base_url": base_url.rstrip("/"), "token": token, "webhook_secret": secret},
            create_defaults={
                "kind": ManufacturerKind.REST,
                "position": 10,
                "processes": _without(codes, WORKSHOP_PROCESSES),
                "for_live_orders": True,
                "for_test_orders": True,
                "base_url": base_url.rstrip("/"),
                "token": token,
                "webhook_secret": secret,
                "created_at": now,
            },
        )
        _, workshop_is_new = Manufacturer.objects.get_or_create(
            name=WORKSHOP_NAME,
            defaults={
                "kind": ManufacturerKind.EMAIL,
                "position": 20,
                "processes": list(WORKSHOP_PROCESSES),
                "for_live_orders": True,
                "for_test_orders": True,
                "contact_email": email,
                "created_at": now,
            },
        )
    return factory_is_new + workshop_is_new


def _without(codes: Sequence[str], others: Sequence[str]) -> list[str]:
    return [code for code in codes if code not in others]
