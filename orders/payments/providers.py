"""The payment providers by name."""

from orders.payments import stripe_gateway
from orders.payments.gateway import Gateway

DEFAULT = stripe_gateway.NAME
# Our own gift cards have no gateway: their balance is a row of ours.
GIFT_CARD = "gift_card"
# Bank transfers are seen by staff and sent back by them: no programme of ours reaches the bank.
TRANSFER = "transfer"


def get(name: str) -> Gateway:
    """The provider that a payment names; raises KeyError for one that the shop does not know."""
    return {stripe_gateway.NAME: stripe_gateway.from_settings}[name]()
