"""What a person may change about themselves, beyond what django-allauth keeps."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pinshop.accounts.models import User
from pinshop.core import audit
from pinshop.core.actors import Actor


def rename(*, user_id: UUID, name: str, actor: Actor, now: datetime) -> bool:
    """Set how a person is called; False where it is the same name."""
    with transaction.atomic():
        if not User.objects.filter(pk=user_id).exclude(name=name).update(name=name):
            return False
        audit.record(subject=User.objects.get(pk=user_id), action="user.renamed", actor=actor, now=now)
    return True
