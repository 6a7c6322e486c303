"""The Django app of pinshop.site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """See docs/architecture.md."""

    name = "pinshop.site"
    label = "site"
