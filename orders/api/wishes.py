"""Lines as callers of the API write them, as `Wish`es."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from catalog.api import specs
from catalog.spec import PinSpec
from designs.selectors import designs
from orders.quoted import Wish
from pinshop.accounts.owners import Owner
from pinshop.core.errors import PinshopError


def read(lines: Sequence[dict[str, Any]], *, owner: Owner) -> tuple[Wish, ...]:
    """Validated lines; a `spec` of a line changes that of its design. Raises DesignNotFound, SpecInvalid with the line's path."""
    wishes = []
    for place, line in enumerate(lines):
        wish = Wish(quantity=line["quantity"], design_id=line.get("design_id"), variant_id=line.get("variant_id"))
        try:
            wishes.append(replace(wish, spec=_spec(line, owner)) if "spec" in line else wish)
        except PinshopError as error:
            found = error.fields or {"design_id": error.message}
            error.fields = {f"lines.{place}.{name}": text for name, text in found.items()}
            raise
    return tuple(wishes)


def _spec(line: dict[str, Any], owner: Owner) -> PinSpec:
    design = designs.get_design(design_id=line["design_id"], owner=owner)
    return PinSpec.from_json({**designs.spec_of(design).to_json(), **specs.plain(line["spec"])})
