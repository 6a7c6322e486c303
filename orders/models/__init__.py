"""Rows of orders."""

from orders.models.baskets import Basket, BasketLine
from orders.models.cancellation import CancellationMinimum, CancellationStep, CancellationTable
from orders.models.orders import Counter, Order, OrderLine
from orders.models.quotes import Quote
from orders.models.requotes import Requote
from orders.models.shipments import Shipment, TrackingEvent
from orders.models.shipping import ShippingCountry, ShippingOffer, ShippingRate, ShippingService, ShippingZone
from orders.models.tariffs import TariffVersion
from orders.models.taxes import ExemptionCertificate, TaxRate, VatNumber
from orders.models.vouchers import Voucher, VoucherAmount, VoucherUse
from orders.models.waiting import ProofWait

__all__ = [
    "Basket",
    "BasketLine",
    "CancellationMinimum",
    "CancellationStep",
    "CancellationTable",
    "Counter",
    "ExemptionCertificate",
    "Order",
    "OrderLine",
    "ProofWait",
    "Quote",
    "Requote",
    "Shipment",
    "ShippingCountry",
    "ShippingOffer",
    "ShippingRate",
    "ShippingService",
    "ShippingZone",
    "TariffVersion",
    "TaxRate",
    "TrackingEvent",
    "VatNumber",
    "Voucher",
    "VoucherAmount",
    "VoucherUse",
]
