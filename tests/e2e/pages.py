"""Every page of the shop, and every address that is none, with the reason. A new address fails a test until it is here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address's name, its path with the story's names in braces, and whose it is.

    `private`: another visitor gets `stranger` as status (302: to sign in); `face` tells pages of one address apart.
    """

    name: str
    path: str
    private: bool = False
    stranger: int = 404
    face: str = ""

    @property
    def label(self) -> str:
        """What a test and a picture are called."""
        return "-".join(part for part in (self.name.replace(":", "-").replace("_", "-"), self.face) if part)


PAGES = (
    Page("home", "/"),
    Page("how_it_works", "/how-it-works/"),
    Page("terms", "/terms/"),
    Page("privacy", "/privacy/"),
    Page("contact", "/contact/"),
    Page("catalog:pin_list", "/pins/"),
    Page("catalog:pin_list", "/pins/?search=nothing-is-called-so", face="none"),
    Page("catalog:pin_list", "/pins/?search=moht&worn=bag", face="search"),
    Page("catalog:wish_list", "/wish-list/"),
    Page("catalog:pin", "/pins/moon-moth/"),
    Page("catalog:artist", "/artists/{artist}/"),
    Page("catalog:series", "/series/{series}/"),
    Page("catalog:cause", "/causes/{cause}/"),
    Page("designs:upload", "/design/"),
    Page("designs:detail", "/designs/{design_id}/", private=True),
    Page("designs:enamel", "/designs/{design_id}/colours/{label}/", private=True),
    Page("designs:shared", "/shared/{share}/"),
    Page("orders:designs", "/my-designs/"),
    Page("orders:compare", "/my-designs/compare/?d={design_id}&d={copy_id}"),
    Page("orders:basket", "/basket/"),
    Page("orders:quote", "/quotes/{quote_id}/", private=True),
    Page("orders:checkout", "/checkout/{quote_id}/", private=True),
    Page("orders:gift_cards", "/gift-cards/"),
    Page("orders:gift_card", "/gift-cards/balance/"),
    Page("orders:orders", "/orders/", private=True, stranger=302),
    Page("orders:order", "/orders/{open_order_id}/", private=True, face="open"),
    Page("orders:order", "/orders/{done_order_id}/", private=True, face="delivered"),
    Page("orders:paid", "/orders/{done_order_id}/paid/", private=True),
    Page("orders:proof", "/orders/{open_order_id}/lines/{open_line_id}/proof/", private=True, face="open"),
    Page("orders:proof", "/orders/{done_order_id}/lines/{done_line_id}/proof/", private=True, face="approved"),
    Page("claims:report", "/orders/{done_order_id}/lines/{done_line_id}/claim/", private=True),
    Page("erased", "/data/erased/"),
    Page("orders:link_sent", "/orders/link-sent/"),
    Page("account_home", "/account/", private=True, stranger=302),
    Page("account_profile", "/account/profile/", private=True, stranger=302),
    Page("account_data", "/account/data/", private=True, stranger=302),
    Page("orders:exemptions", "/account/tax/", private=True, stranger=302),
    Page("business", "/account/business/", private=True, stranger=302),
    Page("business_detail", "/account/business/{business_id}/", private=True, stranger=302),
    Page("business_statement", "/account/business/{business_id}/statement/", private=True, stranger=302),
    Page("account_login", "/accounts/login/"),
    Page("account_signup", "/accounts/signup/"),
    Page("account_request_login_code", "/accounts/login/code/"),
    Page("account_reset_password", "/accounts/password/reset/"),
    Page("account_reset_password_done", "/accounts/password/reset/done/"),
    Page("account_email_verification_sent", "/accounts/confirm-email/"),
    Page("account_inactive", "/accounts/inactive/"),
    Page("account_email", "/accounts/email/", private=True, stranger=302),
    Page("account_change_password", "/accounts/password/change/", private=True, stranger=302),
    Page("mfa_index", "/accounts/2fa/", private=True, stranger=302),
    Page("account_logout", "/accounts/logout/", private=True, stranger=302),
    Page("api_reference", "/api/"),
    Page("api_subject", "/api/orders/"),
    Page("styleguide", "/styleguide/"),
    Page("mails", "/mails/"),
)

# These are there by a setting of laptops (WORKSHOP_PAGES); tests of their own hold that an open shop has none of them.
ON_A_LAPTOP = {"styleguide", "mails"}

_SENT = "takes a form and leads on"
_FILE = "a file"
_LINK = "opened from a mail; its test is in tests/orders/web or tests/pinshop/site"
_LATER = "a step that its own test walks through; allauth's, in the same templates as the pages above"
NOT_PAGES: dict[str, str] = {
    "healthz": "for machines",
    "readyz": "for machines",
    "favicon": _FILE,
    "robots": "for machines",
    "sitemap": "for machines",
    "catalog:feed": "for machines",
    "catalog:suggest": "a part of a page",
    "catalog:wish_list_change": _SENT,
    "files:private": _FILE,
    "files:public": _FILE,
    "account_acting": _SENT,
    "account_copy": _SENT,
    "account_erase": _SENT,
    "order_data": "of orders by a browser only; tests/pinshop/site/privacy looks at it",
    "order_copy": _SENT,
    "order_pass_on": _SENT,
    "order_erase": _SENT,
    "erase": _LINK,
    "business_join": _LINK,
    "business_statement_pdf": _FILE,
    "business_change": _SENT,
    "business_create_key": _SENT,
    "business_revoke_key": _SENT,
    "business_invite": _SENT,
    "business_remove_member": _SENT,
    "designs:live": "what a script draws the pin from",
    "designs:status": "a part of a page",
    "designs:enamel_at": "leads to the palette of what lies at a point",
    "designs:step": _SENT,
    "designs:share": _SENT,
    "designs:duplicate": _SENT,
    "designs:shared_copy": _SENT,
    "designs:change": _SENT,
    "designs:mend": _SENT,
    "designs:replace": _SENT,
    "claims:send_back": _SENT,
    "orders:basket_add": _SENT,
    "orders:basket_add_set": _SENT,
    "orders:basket_change": _SENT,
    "orders:basket_remove": _SENT,
    "orders:quote_make": _SENT,
    "orders:quote_renew": _SENT,
    "orders:order_for": _SENT,
    "orders:open": _LINK,
    "orders:renew_link": _SENT,
    "orders:open_paid": _LINK,
    "orders:pay": _SENT,
    "orders:paid_state": "a part of a page",
    "orders:cancel": _SENT,
    "orders:answer_price": _SENT,
    "orders:invoice": _FILE,
    "orders:supplement": _FILE,
    "orders:credit_note": _FILE,
    "orders:approve": _SENT,
    "orders:changes": _SENT,
    "orders:proof_comment": _SENT,
    "orders:proof_mend": _SENT,
    "orders:proof_process": _SENT,
    "orders:gift_card_receiver": _SENT,
    "orders:design_price": "a part of a page",
    "account_reauthenticate": _LATER,
    "account_set_password": _LATER,
    "account_confirm_login_code": _LATER,
    "account_confirm_email": _LINK,
    "account_reset_password_from_key": _LINK,
    "account_reset_password_from_key_done": _LATER,
    "mfa_authenticate": _LATER,
    "mfa_reauthenticate": _LATER,
    "mfa_activate_totp": _LATER,
    "mfa_deactivate_totp": _LATER,
    "mfa_view_recovery_codes": _LATER,
    "mfa_generate_recovery_codes": _LATER,
    "mfa_download_recovery_codes": _FILE,
}
# Addresses by their beginning: the admin has tests of its own, the API answers no browser.
_OTHER = ("admin/", "api/v1/", "api/problems/", "hooks/", "factory/")


def list_addresses() -> set[str]:
    """The name of every address that a visitor of the storefront can open."""
    return {name for route, name in _walk(get_resolver()) if not route.startswith(_OTHER)}


def _walk(resolver: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield route, ":".join(part for part in (space, entry.name or route) if part)
        else:
            yield from _walk(entry, route, ":".join(part for part in (space, entry.namespace or "") if part))
