"""Reading the limits of manufacture for the proof engine."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from catalog import models
from catalog.selectors import options as options_selector
from pinshop.core.errors import NotFound


class NoEngineRules(NotFound):
    """No version of the engine's rules is published yet."""

    code = "no_engine_rules"


@dataclass(frozen=True, slots=True)
class EngineRules:
    """Plain JSON in the engine's own formats; `version` changes with the rules as with the palette."""

    version: str
    rules: dict[str, Any]
    palette: dict[str, Any]


def get_engine_rules() -> EngineRules:
    """The rules published last and the active palette. Raises NoEngineRules."""
    row = models.EngineRules.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk").first()
    if row is None:
        raise NoEngineRules(
            gettext("No engine rules are published. Run the command 'seed', or publish a version in the admin.")
        )
    colours = [
        {"code": colour.code, "name": colour.name, "hlc": colour.hlc, "hex": colour.hex, "lab": list(colour.lab)}
        for colour in options_selector.get_options().colours
    ]
    digest = hashlib.sha256(json.dumps(colours, sort_keys=True).encode()).hexdigest()[:12]
    return EngineRules(
        version=f"{row.version}/{digest}",
        rules={**row.rules, "version": row.version},
        palette={"version": digest, "colours": colours},
    )
