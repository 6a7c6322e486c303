from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """Why a bank says no: Stripe's error code, decline code and the sentence that the customer reads."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    """A test card: number, the PaymentMethod of the same name, and what happens with it."""

    number: str
    payment_method: str
    meaning: str
    brand: str = "visa"
    decline: Decline | None = None
    authentication: bool = False
    refund: str = "succeeded"

    @property
    def spaced(self) -> str:
        """The number in groups, as it stands on a card."""
        groups = (4, 6, 5) if self.brand == "amex" else (4, 4, 4, 4)
        starts = [sum(groups[:place]) for place in range(len(groups))]
        return " ".join(self.number[start : start + size] for start, size in zip(starts, groups, strict=True))

    @property
    def last4(self) -> str:
        """The last four digits, all that Stripe keeps of the number."""
        return self.number[-4:]


_GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
_EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
_PROCESSING = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)

# https://docs.stripe.com/testing
CARDS = (
    Card("4242424242424242", "pm_card_visa", "succeeds"),
    Card("5555555555554444", "pm_card_mastercard", "succeeds", brand="mastercard"),
    Card("378282246310005", "pm_card_amex", "succeeds", brand="amex"),
    Card("4000000000000002", "pm_card_visa_chargeDeclined", "is declined", decline=_GENERIC),
    Card(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "is declined: insufficient funds",
        decline=_FUNDS,
    ),
    Card("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "is declined: expired", decline=_EXPIRED),
    Card("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "is declined: wrong CVC", decline=_CVC),
    Card(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "fails: processing error",
        decline=_PROCESSING,
    ),
    Card(
        "4000002500003155",
        "pm_card_authenticationRequiredOnSetup",
        "asks for 3-D Secure",
        authentication=True,
    ),
    Card("4000000000003220", "pm_card_threeDSecure2Required", "asks for 3-D Secure 2", authentication=True),
    Card(
        "4000008400001629",
        "pm_card_threeDSecureRequiredChargeDeclined",
        "asks for 3-D Secure, then is declined",
        authentication=True,
        decline=_GENERIC,
    ),
    Card(
        "4000000000007726",
        "pm_card_pendingRefund",
        "succeeds; its refunds stay pending for a while",
        refund="pending",
    ),
    Card("4000000000005126", "pm_card_refundFail", "succeeds; its refunds fail later", refund="failed"),
)
_BY_NUMBER = {card.number: card for card in CARDS}
_BY_PAYMENT_METHOD = {card.payment_method: card for card in CARDS}

NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)


def find_by_number(number: str) -> Card | None:
    """The test card with this number (digits only)."""
    return _BY_NUMBER.get(number)


def find_by_payment_method(payment_method: str) -> Card | None:
    """The test card behind a PaymentMethod such as pm_card_visa."""
    return _BY_PAYMENT_METHOD.get(payment_method)


def passes_checksum(number: str) -> bool:
    """Whether the digits satisfy the Luhn check (ISO/IEC 7812-1) and their count is a card's."""
    if not number.isascii() or not number.isdigit() or not 12 <= len(number) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
