"""The Django app of pinshop.accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "pinshop.accounts"
    label = "accounts"
