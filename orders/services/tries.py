"""How often somebody may try codes of vouchers and gift cards: a visitor in a browser, a business in the API by all its keys."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext

from pinshop.accounts.owners import Owner
from pinshop.core import limits
from pinshop.core.errors import PinshopError

# Nobody guesses a gift card at any speed, but vouchers are short; and neither may become a load.
AN_HOUR, OF_ALL_AN_HOUR = 20, 1000
_HOUR_SECONDS = 3600


class TooManyTries(PinshopError):
    """Codes were tried too often in this hour."""

    code = "too_many_tries"
    status = 429


def count(*, owner: Owner, now: datetime) -> None:
    """Count a try of a code. Raises TooManyTries. Asks Redis: never call it inside a transaction."""
    who = owner.user_id or owner.business_id or owner.guest_key
    for name, limit in ((f"codes:{who}", AN_HOUR), ("codes", OF_ALL_AN_HOUR)):
        allowance = limits.take(name, limit=limit, window_seconds=_HOUR_SECONDS, now=now)
        if not allowance.allowed:
            minutes = ceil(allowance.reset_seconds / 60)
            raise TooManyTries(
                gettext("Codes were tried too often. Try again in %(minutes)s minutes, or go on without one.")
                % {"minutes": minutes},
                retry_after=allowance.reset_seconds,
            )
