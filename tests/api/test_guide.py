"""The guide is true: its addresses, codes, scopes, waits and limits are those of the code."""

import re
from pathlib import Path

from pinshop.accounts.enums import Scope
from pinshop.core.api import limits
from pinshop.core.errors import PinshopError
from pinshop.webhooks.services import deliveries
from tests.api import documented

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def _codes_of(kind: type[PinshopError]) -> set[str]:
    return {kind.code}.union(*(_codes_of(each) for each in kind.__subclasses__()))


def _in(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def test_every_code_of_the_table_exists() -> None:
    rows = [line.split("|") for line in GUIDE.splitlines() if re.match(r"\| [45]\d\d", line)]
    named = {code for row in rows for code in _in(row[2])}
    of_the_framework = {
        "parse_error", "bad_request", "not_authenticated", "authentication_failed", "permission_denied", "not_found",
        "method_not_allowed", "unsupported_media_type", "throttled", "failed",
    }  # fmt: skip
    assert named - of_the_framework <= _codes_of(PinshopError)


def test_every_scope_is_named() -> None:
    assert set(Scope.values) <= set(re.findall(r"`([a-z]+(?::[a-z]+)?)`", GUIDE))


def test_every_address_of_the_guide_exists() -> None:
    known = {re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1")) for path in documented.document()["paths"]}
    curls = {re.sub(r"\$[A-Z]+", "{}", path) for path in re.findall(r"\$API(/[\w/$-]+)", GUIDE)}
    prose = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"(?:GET|POST|PATCH) (/[\w/{}-]+)", GUIDE)}
    assert len(curls) >= 7
    assert curls | prose <= known


def test_waits_and_limits_are_those_of_the_code() -> None:
    assert deliveries.WAITS == (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 20 * 3600)
    assert "5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 20\nhours: ten tries" in GUIDE
    assert deliveries.MAX_ATTEMPTS == 10
    assert (limits._WINDOW_SECONDS, "600 requests a minute" in GUIDE) == (60, True)
