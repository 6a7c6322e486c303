"""The family of errors that a person may see. Each states the fact, where it lies and what to do."""

from collections.abc import Mapping
from typing import Any


class PinshopError(Exception):
    """A refusal with a reason.

    `message` says what is wrong and what to do, for the person who asked. `fields` names the inputs at fault
    (dotted paths, as in `lines.0.quantity`), each with its own sentence. `extra` holds facts for programs.
    Web pages show the message beside its field; the API turns it into an RFC 9457 problem with `code` as its type.
    """

    code = "error"
    status = 400

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        self.extra = extra


class Invalid(PinshopError):
    """The input itself is at fault; nothing was changed."""

    code = "invalid"
    status = 422


class NotFound(PinshopError):
    """There is no such thing, or it is another person's: both answer alike."""

    code = "not_found"
    status = 404


class Forbidden(PinshopError):
    """The person is known but lacks the right."""

    code = "forbidden"
    status = 403


class Conflict(PinshopError):
    """The input was right, but the state of things has moved on."""

    code = "conflict"
    status = 409


class Unavailable(PinshopError):
    """Another service does not answer; the same request may succeed later."""

    code = "unavailable"
    status = 503
