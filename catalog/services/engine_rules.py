"""Publishing the limits of manufacture that the proof engine reads."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from catalog import models
from catalog.services.price_tables import AlreadyPublished
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Invalid

SECTIONS = ("common", "processes")


class EngineRulesInvalid(Invalid):
    """The JSON is not in the engine's format."""

    code = "engine_rules_invalid"


def publish(*, version: str, actor: Actor, now: datetime) -> models.EngineRules:
    """Publish a draft: new designs are checked by it from now on. Raises AlreadyPublished and EngineRulesInvalid."""
    with transaction.atomic():
        row = models.EngineRules.objects.select_for_update().get(version=version)
        if row.published_at is not None:
            raise AlreadyPublished(
                gettext("%(version)s is published already. To change a limit, publish a new version.")
                % {"version": version}
            )
        _check(row)
        row.published_at = now
        row.save(update_fields=["published_at"])
        audit.record(subject=row, action="engine_rules.published", actor=actor, now=now)
    return row


def _check(row: models.EngineRules) -> None:
    rules = row.rules
    if not isinstance(rules, dict) or not all(isinstance(rules.get(section), dict) for section in SECTIONS):
        raise EngineRulesInvalid(
            gettext("The rules need the sections 'common' and 'processes'."), fields={"rules": "sections"}
        )
    active = models.Process.objects.filter(active=True).values_list("code", flat=True)
    missing = sorted(set(active) - set(rules["processes"]))
    if missing:
        message = gettext(
            "The rules say nothing about %(missing)s, which the shop offers. Add them to 'processes'."
        ) % {"missing": ", ".join(missing)}
        raise EngineRulesInvalid(message, fields={"rules": message})
