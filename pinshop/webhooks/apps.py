"""The Django app of pinshop.webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """See docs/architecture.md."""

    name = "pinshop.webhooks"
    label = "webhooks"
