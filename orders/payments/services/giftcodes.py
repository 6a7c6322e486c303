"""The codes of gift cards. Nothing keeps them: a code follows from its card's id and the shop's secret key.

So a mail can be written without it and filled in when it is sent, and whoever reads the database can spend nothing. After
the key was changed, SECRET_KEY_FALLBACKS still gives the codes of mails that wait to be sent.
"""

from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from orders.payments.models import GiftCard
from pinshop.core.outbox import GiveUp

KIND = "gift_card"
# Crockford's base 32: no letter that reads like a digit. 16 of them are 80 bits, which nobody guesses.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
LENGTH, _GROUP = 16, 4


def of_card(card_id: UUID, *, edition: int = 0, secret: str = "") -> str:
    """The code of an edition of a card, by the shop's secret key or another."""
    value = f"{card_id.hex}:{edition}" if edition else card_id.hex
    digest = salted_hmac("orders.payments.giftcodes", value, secret=secret or None, algorithm="sha256").digest()
    number = int.from_bytes(digest)
    return "".join(_LETTERS[number >> _BITS * place & len(_LETTERS) - 1] for place in range(LENGTH))


def reference_of(card: GiftCard) -> str:
    """What a mail keeps of a card in place of its code."""
    return f"{card.pk}:{card.edition}"


def find(reference: str) -> str:
    """The code of an issued card as it is written, for its mail.

    Raises GiveUp where the card does not pay (it was taken back or is blocked), where it has another code since the mail was
    written, and where no key gives its code any more.
    """
    pk, _, edition = reference.partition(":")
    card = GiftCard.objects.get(pk=pk)
    if int(edition or 0) != card.edition:
        msg = f"Gift card {card} has a new code for another address, so the mail with the old one is not sent."
        raise GiveUp(msg)
    if not card.active:
        why = "was given back by its buyer" if card.taken_back_at is not None else "is blocked"
        msg = f"Gift card {card} {why} and pays nothing, so the mail with its code is not sent."
        raise GiveUp(msg)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        code = of_card(card.pk, edition=card.edition, secret=str(secret))
        if hash_of(code) == card.code_hash:
            return written(code)
    msg = (
        f"No key of this shop gives the code of gift card {card}: put the key that issued it into SECRET_KEY_FALLBACKS."
    )
    raise GiveUp(msg)


def written(code: str) -> str:
    """As it stands on the card: `4K7Q-2M9X-0TRB-8WHE`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def ending_of(code: str) -> str:
    """The last letters, by which people tell cards apart."""
    return code[-_GROUP:]


def hash_of(code: str) -> str:
    """What the database keeps of a code."""
    return sha256(code.encode()).hexdigest()
