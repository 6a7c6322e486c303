"""Who makes a line."""

from orders.manufacturing.errors import NoManufacturer
from orders.manufacturing.models import Manufacturer


def choose(*, process: str, live: bool) -> Manufacturer:
    """The first active manufacturer, by position, that makes the process; raises NoManufacturer.

    What was ordered with a test key goes only where test orders are welcome, so that no real factory cuts a die for it.
    """
    side = {"for_live_orders": True} if live else {"for_test_orders": True}
    found = Manufacturer.objects.filter(active=True, processes__contains=[process], **side).first()
    if found is None:
        kind = "orders" if live else "test orders"
        raise NoManufacturer(
            f"No active manufacturer takes {kind} for {process}. Add the process to one in the admin, then submit again."
        )
    return found
