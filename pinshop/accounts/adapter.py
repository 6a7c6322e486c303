"""How django-allauth fits into the shop."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.utils import timezone

from pinshop.core import languages, mail


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sends allauth's mails through the shop's outbox, with the shop's templates and in the language of the browser."""

    def send_mail(self, template_prefix: str, email: str, context_data: dict[str, Any]) -> None:
        """Write one mail; the templates are mail/account/<name>.txt and .html."""
        name = template_prefix.rpartition("/")[2]
        now = timezone.now()
        known = {key: value for key, value in context_data.items() if key not in {"request", "user"}}
        mail.send(
            to=email,
            name=f"account/{name}",
            context={**known, "site_url": context.request.build_absolute_uri("/") if context.request else ""},
            key=f"account:{name}:{email}:{now.timestamp()}",
            now=now,
            language=languages.of_request(context.request),
        )
