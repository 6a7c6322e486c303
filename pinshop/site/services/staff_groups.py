"""The staff groups and what each may do. Owned by the shell because it names the models of all apps."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from pinshop.accounts.enums import StaffGroup

# (app label, which permissions). "view" is the right to look; "all" is every permission of the app's models, the ones
# an app declares itself (such as refunding) included.
_VIEW, _ALL = "view", "all"
_RIGHTS: dict[StaffGroup, list[tuple[str, str]]] = {
    StaffGroup.PROOFING: [("designs", _ALL), ("orders", _VIEW), ("claims", _VIEW), ("catalog", _VIEW), ("core", _VIEW)],
    StaffGroup.ORDERS: [
        ("orders", _ALL),
        ("manufacturing", _ALL),
        ("claims", _ALL),
        ("designs", _VIEW),
        ("payments", _VIEW),
        ("catalog", _VIEW),
        ("accounts", _VIEW),
        ("webhooks", _VIEW),
        ("core", _VIEW),
    ],
    StaffGroup.FINANCE: [
        ("payments", _ALL),
        ("catalog", _ALL),
        ("orders", _VIEW),
        ("claims", _VIEW),
        ("accounts", _VIEW),
        ("core", _VIEW),
    ],
}


def load() -> None:
    """Make the groups and give each exactly its permissions; repeatable, and right again after every migration."""
    with transaction.atomic():
        for name in StaffGroup:
            group, _ = Group.objects.get_or_create(name=name.value)
            group.permissions.set(_permissions(name))


def _permissions(name: StaffGroup) -> Iterable[Permission]:
    if name == StaffGroup.ADMIN:
        return Permission.objects.all()
    wanted = Q(pk__in=[])
    for app, which in _RIGHTS[name]:
        of_app = Q(content_type__app_label=app)
        wanted |= of_app if which == _ALL else of_app & Q(codename__startswith="view_")
    return Permission.objects.filter(wanted)
