"""Refusals of manufacturing."""

from pinshop.core.errors import Conflict, Forbidden, Invalid, NotFound, PinshopError


class NotReady(Conflict):
    """The line lacks something without which nothing may be made: payment, approval, files."""

    code = "not_ready_for_production"


class NoManufacturer(Conflict):
    """No active manufacturer makes this."""

    code = "no_manufacturer"


class NoProductionOrder(NotFound):
    """There is no such production order."""

    code = "no_production_order"


class NotOpen(Conflict):
    """The production order is past the point at which this is possible."""

    code = "production_order_not_open"


class UnknownSender(NotFound):
    """No manufacturer reports at this address."""

    code = "unknown_manufacturer"


class BadSignature(Forbidden):
    """The message is not signed with the manufacturer's secret, or too old."""

    code = "bad_signature"
    status = 401


class NotAMessage(PinshopError):
    """The signed body is not a stage message."""

    code = "not_a_message"


class ReportIncomplete(Invalid):
    """A stage was reported without what belongs to it: the packed quantity, the tracking number."""

    code = "report_incomplete"
