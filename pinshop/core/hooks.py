"""What the doors of machines share: the id that tells a repeated message, and a refusal as a problem."""

from django.http import JsonResponse
from django.utils.translation import gettext

from pinshop.core.errors import Invalid, PinshopError

PROBLEM = "application/problem+json"


class MessageIdInvalid(Invalid):
    """The id of a signed message cannot be kept, so that a repetition could not be told."""

    code = "message_id_invalid"


def check_id(message_id: str, *, longest: int) -> str:
    """The id as it came, never cut: two ids that differ behind the cut would count as one message.

    Raises MessageIdInvalid for an empty id, one of more than `longest` characters, and one with unprintable characters.
    """
    if not 0 < len(message_id) <= longest or not message_id.isprintable():
        message = gettext(
            "The message's id has %(length)s characters. Send an id of 1 to %(most)s printable "
            "characters, the same for each repetition of one message."
        ) % {"length": len(message_id), "most": longest}
        raise MessageIdInvalid(message, fields={"id": message})
    return message_id


def refuse(error: PinshopError) -> JsonResponse:
    """A refusal by RFC 9457, as the API answers."""
    content = {"type": error.code, "status": error.status, "detail": error.message}
    return JsonResponse(content, status=error.status, content_type=PROBLEM)
