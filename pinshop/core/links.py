"""Signed links that expire: the door of guests, factories and everybody else without a login."""

from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext

from pinshop.core.errors import NotFound


class LinkExpired(NotFound):
    """The link was good once, or never was."""

    code = "link_expired"


class LinkOutdated(LinkExpired):
    """The link is genuine, and only its time is over: its holder may ask for a new one."""


class _DatedSigner(signing.TimestampSigner):
    """Signs as of a given moment, so that the same subject and moment give the same token."""

    at: datetime | None = None

    def timestamp(self) -> str:
        """The moment, as Django's signer writes it."""
        return super().timestamp() if self.at is None else signing.b62_encode(int(self.at.timestamp()))


def sign(*, purpose: str, subject: str, at: datetime | None = None) -> str:
    """A token that proves the right to `subject` (a row's id) for one `purpose`, dated now or `at` a moment."""
    signer = _DatedSigner(salt=f"pinshop.links.{purpose}")
    signer.at = at
    return signer.sign_object(subject)


def read(token: str, *, purpose: str, max_age: timedelta | None) -> str:
    """The subject of a token made by `sign` for the same purpose, of any age where `max_age` is None.

    Raises LinkExpired; LinkOutdated where the token is genuine, but older than `max_age`.
    """
    try:
        subject = signing.TimestampSigner(salt=f"pinshop.links.{purpose}").unsign_object(token, max_age=max_age)
    except signing.SignatureExpired:
        raise LinkOutdated(
            gettext("This link has expired. Open it from our newest e-mail, or write to us and we send you a new one.")
        ) from None
    except signing.BadSignature:
        raise LinkExpired(
            gettext("This link is not complete. Copy all of it from the e-mail, or write to us for a new one.")
        ) from None
    return str(subject)
