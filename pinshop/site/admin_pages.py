"""What the admin shows around the models: mark, sidebar, first page."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from pinshop.core.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Entry:
    """One model in the sidebar; `icon` is the name of a Material Symbol."""

    model: str
    title: str
    icon: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the admin that is no list of a model; `url` is its name."""

    url: str
    title: str
    icon: str
    permission: str


# What stands before the models of a section.
PAGES: dict[str, tuple[Page, ...]] = {
    "Orders": (Page("admin:orders_order_waits", "What waits on whom", "hourglass_top", "orders.view_order"),),
}

# In the order of a working day. A model that is not registered, or that the person may not see, is left out.
SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Proofing",
        (
            Entry("designs.proof", "Proofs", "approval"),
            Entry("designs.design", "Designs", "draw"),
            Entry("designs.proofcomment", "Comments", "chat"),
            Entry("designs.approval", "Approvals", "verified"),
        ),
    ),
    (
        "Orders",
        (
            Entry("orders.order", "Orders", "receipt_long"),
            Entry("orders.orderline", "Lines", "list_alt"),
            Entry("orders.proofwait", "Waiting proofs", "schedule"),
            Entry("claims.claim", "Claims", "report"),
            Entry("claims.goodsreturn", "Returns", "assignment_return"),
            Entry("orders.shipment", "Shipments", "local_shipping"),
            Entry("orders.quote", "Quotes", "request_quote"),
            Entry("orders.basket", "Baskets", "shopping_basket"),
            Entry("orders.voucher", "Vouchers", "loyalty"),
            Entry("orders.shippingservice", "Shipping services", "delivery_truck_speed"),
            Entry("orders.shippingzone", "Shipping zones", "public"),
            Entry("orders.shippingoffer", "Shipping prices", "price_change"),
            Entry("orders.cancellationtable", "Costs of cancelling", "event_busy"),
            Entry("orders.taxrate", "Tax rates", "percent"),
            Entry("orders.vatnumber", "VAT numbers", "badge"),
            Entry("orders.exemptioncertificate", "Exemption certificates", "workspace_premium"),
        ),
    ),
    (
        "Production",
        (
            Entry("manufacturing.productionorder", "Production orders", "precision_manufacturing"),
            Entry("manufacturing.stagereport", "Stage reports", "fact_check"),
            Entry("manufacturing.manufacturer", "Manufacturers", "factory"),
        ),
    ),
    (
        "Money",
        (
            Entry("payments.payment", "Payments", "payments"),
            Entry("payments.refund", "Refunds", "currency_exchange"),
            Entry("payments.credit", "Credits", "money_off"),
            Entry("payments.discrepancy", "Differences", "balance"),
            Entry("payments.giftcard", "Gift cards", "redeem"),
            Entry("payments.invoice", "Invoices", "description"),
            Entry("payments.creditnote", "Credit notes", "undo"),
            Entry("payments.inboundevent", "Provider's messages", "move_to_inbox"),
        ),
    ),
    (
        "Shop",
        (
            Entry("catalog.pin", "Ready-made pins", "push_pin"),
            Entry("catalog.pinvariant", "Grades and prices", "sell"),
            Entry("catalog.stock", "Stock", "inventory_2"),
            Entry("catalog.artist", "Artists", "brush"),
            Entry("catalog.series", "Series", "collections_bookmark"),
            Entry("catalog.cause", "Causes", "volunteer_activism"),
        ),
    ),
    (
        "What can be chosen",
        (
            Entry("catalog.process", "Processes", "layers"),
            Entry("catalog.plating", "Platings", "format_paint"),
            Entry("catalog.addon", "Add-ons", "add_circle"),
            Entry("catalog.attachment", "Attachments", "attach_file"),
            Entry("catalog.packaging", "Packagings", "package_2"),
            Entry("catalog.sizetier", "Sizes", "straighten"),
            Entry("catalog.palettecolour", "House palette", "palette"),
            Entry("catalog.compatibilityrule", "Compatibility", "rule"),
            Entry("catalog.enginerules", "Limits of making", "square_foot"),
            Entry("catalog.pricetable", "Price tables", "sell"),
            Entry("catalog.holiday", "Holidays", "event_busy"),
        ),
    ),
    (
        "People",
        (
            Entry("accounts.user", "People", "person"),
            Entry("accounts.business", "Businesses", "domain"),
            Entry("accounts.apikey", "API keys", "key"),
            Entry("auth.group", "Staff groups", "groups"),
        ),
    ),
    (
        "Engine room",
        (
            Entry("core.outboxmessage", "Outbox", "outbox"),
            Entry("core.outgoingmail", "Mail", "mail"),
            Entry("webhooks.endpoint", "Webhook endpoints", "webhook"),
            Entry("webhooks.event", "Webhook events", "bolt"),
            Entry("webhooks.delivery", "Webhook deliveries", "send"),
            Entry("core.auditentry", "Audit log", "history"),
            Entry("core.storedfile", "Files", "folder"),
            Entry("core.queueheartbeat", "Queues", "monitor_heart"),
        ),
    ),
)


def mark(request: HttpRequest) -> str:
    """The shop's mark."""
    del request
    return static("img/favicon.svg")


def style_sheet(request: HttpRequest) -> str:
    """What the admin wears over django-unfold's own style."""
    del request
    return static("css/pages/admin.css")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of this person, as django-unfold wants it."""
    sections: list[dict[str, Any]] = []
    for title, entries in SECTIONS:
        pages = [_page(page) for page in PAGES.get(title, ()) if request.user.has_perm(page.permission)]
        items = pages + [_item(entry) for entry in entries if _may_see(request, entry)]
        if items:
            sections.append({"title": title, "collapsible": False, "items": items})
    return _with_active(sections, request.path)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The first page: the sidebar's sections as cards, and what the engine room has given up."""
    dead = 0
    if request.user.has_perm("core.view_outboxmessage"):
        dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD).count()
    # A template reads `section.items` as the method of a dict: the first page calls them entries.
    sections = [{"title": section["title"], "entries": section["items"]} for section in navigation(request)]
    return {**context, "sections": sections, "dead_messages": dead}


def _may_see(request: HttpRequest, entry: Entry) -> bool:
    try:
        known = admin.site.is_registered(apps.get_model(entry.model))
    except LookupError:
        known = False
    app, model = entry.model.split(".")
    return known and request.user.has_perm(f"{app}.view_{model}")


def _with_active(sections: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """Mark the one entry that the page belongs to: of those whose address it begins with, the most exact."""
    items = [item for section in sections for item in section["items"]]
    here = max((item["link"] for item in items if path.startswith(item["link"])), key=len, default="")
    for item in items:
        item["active"] = item["link"] == here
    return sections


def _page(page: Page) -> dict[str, Any]:
    return {"title": page.title, "icon": page.icon, "link": reverse(page.url)}


def _item(entry: Entry) -> dict[str, Any]:
    app, model = entry.model.split(".")
    return {"title": entry.title, "icon": entry.icon, "link": reverse(f"admin:{app}_{model}_changelist")}
