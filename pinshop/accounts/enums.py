"""Roles, scopes and staff groups."""

from django.db import models
from django.utils.translation import gettext_lazy, gettext_noop


class Role(models.TextChoices):
    """What a member may do for the business."""

    OWNER = "owner", gettext_noop("Owner")
    BUYER = "buyer", gettext_noop("Buyer")
    APPROVER = "approver", gettext_noop("Approver")


class Scope(models.TextChoices):
    """What an API key may do."""

    DESIGNS_READ = "designs:read", gettext_lazy("Read designs and proofs")
    DESIGNS_WRITE = "designs:write", gettext_lazy("Upload artwork, change designs")
    PROOFS_APPROVE = "proofs:approve", gettext_lazy("Approve proofs, ask for changes")
    QUOTES_READ = "quotes:read", gettext_lazy("Read quotes")
    QUOTES_WRITE = "quotes:write", gettext_lazy("Make quotes")
    ORDERS_READ = "orders:read", gettext_lazy("Read orders")
    ORDERS_WRITE = "orders:write", gettext_lazy("Place and cancel orders")
    WEBHOOKS = "webhooks", gettext_lazy("Manage webhook endpoints")


_READ = frozenset({Scope.DESIGNS_READ, Scope.QUOTES_READ, Scope.ORDERS_READ})

# What a member of a business may do in the browser, in the words of its API keys.
RIGHTS = {
    Role.OWNER: frozenset(Scope),
    Role.BUYER: _READ | {Scope.DESIGNS_WRITE, Scope.QUOTES_WRITE, Scope.ORDERS_WRITE},
    Role.APPROVER: _READ | {Scope.PROOFS_APPROVE},
}


class StaffGroup(models.TextChoices):
    """The staff groups that the first migration makes."""

    PROOFING = "proofing", gettext_lazy("Checks and sends proofs")
    ORDERS = "orders", gettext_lazy("Runs orders and production")
    FINANCE = "finance", gettext_lazy("Refunds, invoices, prices")
    ADMIN = "admin", gettext_lazy("Everything")
