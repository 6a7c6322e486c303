"""Addresses that manufacturers are given.

Those with an API report to a hook; those without accept and report on a page, by the signed link in their mail.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from orders.manufacturing.models import Manufacturer, ProductionOrder
from pinshop.core import links

_PURPOSE = "production-order"
LIFE = timedelta(days=365)  # production and a claim within the guarantee are over by then


def url_of(production: ProductionOrder) -> str:
    """The address of the page; whoever has the mail may answer for this one production order."""
    token = links.sign(purpose=_PURPOSE, subject=str(production.pk))
    return f"{settings.BASE_URL}{reverse('manufacturing:page', args=[token])}"


def hook_url(manufacturer: Manufacturer) -> str:
    """Where a manufacturer with an API reports its stages."""
    return f"{settings.BASE_URL}{reverse('manufacturing:hook', args=[manufacturer.pk])}"


def read(token: str) -> UUID:
    """The production order that a token opens; raises LinkExpired."""
    return UUID(links.read(token, purpose=_PURPOSE, max_age=LIFE))
