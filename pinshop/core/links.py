"""Signed links that expire: the door of guests, factories and everybody else without a login."""

from datetime import timedelta

from django.core import signing

from pinshop.core.errors import NotFound


class LinkExpired(NotFound):
    """The link was good once, or never was."""

    code = "link_expired"


def sign(*, purpose: str, subject: str) -> str:
    """A token that proves the right to `subject` (a row's id) for one `purpose`, dated now."""
    return signing.TimestampSigner(salt=f"pinshop.links.{purpose}").sign_object(subject)


def read(token: str, *, purpose: str, max_age: timedelta) -> str:
    """The subject of a token made by `sign` for the same purpose; raises LinkExpired."""
    try:
        subject = signing.TimestampSigner(salt=f"pinshop.links.{purpose}").unsign_object(token, max_age=max_age)
    except signing.SignatureExpired:
        raise LinkExpired("This link has expired. Ask for a new one with the e-mail address of the order.") from None
    except signing.BadSignature:
        raise LinkExpired("This link is not complete. Copy all of it from the e-mail, or ask for a new one.") from None
    return str(subject)
