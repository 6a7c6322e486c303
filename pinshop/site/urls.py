"""Addresses of the pages above all apps."""

from django.conf import settings
from django.urls import path

from pinshop.site.web import account, business, mails, pages, privacy, search_engines, styleguide

_WORKSHOP = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("mails/", mails.index, name="mails"),
    path("mails/<path:name>/<int:number>/page/", mails.page, name="mail_page"),
    path("mails/<path:name>/<int:number>/", mails.show, name="mail"),
]

urlpatterns = [
    *(_WORKSHOP if settings.WORKSHOP_PAGES else ()),
    path("", pages.home, name="home"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("how-it-works/", pages.how_it_works, name="how_it_works"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contact/", pages.contact, name="contact"),
    path("account/", account.home, name="account_home"),
    path("account/acting/", account.act_for, name="account_acting"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/data/", privacy.account_data, name="account_data"),
    path("account/data/copy/", privacy.copy_account, name="account_copy"),
    path("account/data/erase/", privacy.erase_account, name="account_erase"),
    path("orders/<uuid:order_id>/data/", privacy.order_data, name="order_data"),
    path("orders/<uuid:order_id>/data/pass-on/", privacy.pass_on, name="order_pass_on"),
    path("orders/<uuid:order_id>/data/copy/", privacy.copy_order, name="order_copy"),
    path("orders/<uuid:order_id>/data/erase/", privacy.erase_order, name="order_erase"),
    path("data/erase/<str:token>/", privacy.confirm, name="erase"),
    path("data/erased/", privacy.erased, name="erased"),
    path("account/business/", business.index, name="business"),
    path("account/business/join/<str:token>/", business.join, name="business_join"),
    path("account/business/<uuid:business_id>/", business.detail, name="business_detail"),
    path("account/business/<uuid:business_id>/change/", business.change, name="business_change"),
    path("account/business/<uuid:business_id>/statement/", business.statement, name="business_statement"),
    path(
        "account/business/<uuid:business_id>/statement/<str:month>.pdf",
        business.statement_pdf,
        name="business_statement_pdf",
    ),
    path("account/business/<uuid:business_id>/keys/", business.create_key, name="business_create_key"),
    path(
        "account/business/<uuid:business_id>/keys/<uuid:key_id>/revoke/",
        business.revoke_key,
        name="business_revoke_key",
    ),
    path("account/business/<uuid:business_id>/invitations/", business.invite, name="business_invite"),
    path(
        "account/business/<uuid:business_id>/members/<uuid:user_id>/remove/",
        business.remove_member,
        name="business_remove_member",
    ),
]
