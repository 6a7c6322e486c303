"""The Django app of pinshop.site."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """See docs/architecture.md."""

    name = "pinshop.site"
    label = "site"

    def ready(self) -> None:
        """Listen for the end of a migration; this app is the last of the list, so all permissions exist by then."""
        from pinshop.site import receivers  # noqa: PLC0415 - imports models, which exist once the apps are ready

        post_migrate.connect(receivers.load_staff_groups, sender=self, dispatch_uid="site.staff_groups")
