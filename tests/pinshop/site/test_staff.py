"""Staff groups and the admin."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinshop.accounts.enums import StaffGroup
from pinshop.accounts.models import ApiKey, User
from pinshop.accounts.services import api_keys
from pinshop.core import links
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutboxMessage, OutgoingMail
from pinshop.site import admin_pages
from pinshop.site.services import staff_groups

pytestmark = pytest.mark.django_db


def _staff(group: StaffGroup | None = None, **fields) -> tuple[User, Client]:
    user = User.objects.create_user("staff@example.com", "a-long-password", is_staff=True, **fields)
    if group is not None:
        user.groups.add(Group.objects.get(name=group.value))
    client = Client()
    client.force_login(user)
    return user, client


def _labels(name: StaffGroup) -> set[tuple[str, str]]:
    permissions = Permission.objects.filter(group__name=name.value)
    return set(permissions.values_list("content_type__app_label", "codename"))


def test_migrations_leave_the_four_groups_with_their_rights():
    assert set(Group.objects.values_list("name", flat=True)) == set(StaffGroup.values)
    assert _labels(StaffGroup.ADMIN) == set(Permission.objects.values_list("content_type__app_label", "codename"))
    proofing = _labels(StaffGroup.PROOFING)
    assert {app for app, code in proofing if not code.startswith("view_")} == {"designs"}
    assert ("orders", "view_order") in proofing
    assert {app for app, code in _labels(StaffGroup.ORDERS) if not code.startswith("view_")} <= {
        "orders",
        "manufacturing",
        "claims",
    }
    assert {app for app, code in _labels(StaffGroup.FINANCE) if not code.startswith("view_")} <= {"payments", "catalog"}


def test_loading_the_groups_twice_changes_nothing_and_mends_what_was_changed():
    before = {name: _labels(name) for name in StaffGroup}
    Group.objects.get(name="proofing").permissions.add(Permission.objects.get(codename="add_user"))
    for _ in range(2):
        staff_groups.load()
    assert {name: _labels(name) for name in StaffGroup} == before


def test_the_sidebar_names_exactly_what_can_be_opened():
    named = [entry.model for _, entries in admin_pages.SECTIONS for entry in entries]
    # Reached from the rows they belong to.
    inner = {"account.emailaddress", "accounts.member", "catalog.unitprice", "mfa.authenticator"}
    registered = {model._meta.label_lower for model in apps.get_models() if admin.site.is_registered(model)}
    assert sorted(named) == sorted(registered - inner)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/orders/order/", "Orders"),
        ("/admin/orders/order/waits/", "What waits on whom"),
        ("/admin/orders/order/0f5b0c1e-1111-4222-8333-444455556666/change/", "Orders"),
        ("/admin/orders/orderline/", "Lines"),
        ("/admin/catalog/pin/", "Ready-made pins"),
        ("/admin/", None),
    ],
)
def test_the_sidebar_marks_the_one_entry_that_the_page_belongs_to(rf, path, title):
    request = rf.get(path)
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    items = [item for section in admin_pages.navigation(request) for item in section["items"]]
    assert [item["title"] for item in items if item["active"]] == [title] * (title is not None)


@pytest.mark.parametrize("group", list(StaffGroup))
def test_each_group_opens_the_admin_and_sees_its_sections(group):
    _, client = _staff(group)
    html = client.get(reverse("admin:index")).content.decode()
    assert ("Staff groups" in html) == (group == StaffGroup.ADMIN)
    assert "Outbox" in html


def test_mails_in_the_admin_open_neither_an_account_nor_an_order(client):
    """Else anybody on the staff could ask for the owner's login code and read it there."""
    User.objects.create_user("owner@example.com", "a-long-password", is_staff=True, is_superuser=True)
    client.post(reverse("account_request_login_code"), {"email": "owner@example.com"})
    asked = OutgoingMail.objects.get(to="owner@example.com")
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", asked.text, re.MULTILINE)
    assert code is not None
    token = links.sign(purpose="order", subject=str(uuid4()))
    told = OutgoingMail.objects.create(
        dedupe_key="order_paid:1",
        to="ada@example.org",
        subject="Paid",
        text=f"See http://localhost:8000/orders/open/{token}/ for your order.",
        html="",
        created_at=timezone.now(),
    )
    _, staff = _staff(StaffGroup.PROOFING)
    pages = [
        staff.get(reverse("admin:core_outgoingmail_change", args=[mail.pk])).content.decode() for mail in (asked, told)
    ]
    assert "Not shown" in pages[0]
    assert "for your order" in pages[1]
    assert code[1] not in "".join(pages)
    assert token not in "".join(pages)


def test_every_list_and_form_of_people_and_kernel_opens_for_a_superuser(business):
    _, client = _staff(is_superuser=True)
    api_keys.create(business=business, name="K", scopes=["quotes:read"], live=True, actor=SYSTEM, now=timezone.now())
    for model in [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("core").get_models()]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.model_name == "idempotencykey":
            continue
        assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
        row = model._default_manager.first()
        if row is not None:
            assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name
    assert client.get(reverse("admin:accounts_user_add")).status_code == 200


def test_a_customer_does_not_open_the_admin(as_ana):
    assert as_ana.get(reverse("admin:index")).status_code == 302


def test_a_member_of_the_admin_group_cannot_lift_themselves():
    user, client = _staff(StaffGroup.ADMIN)
    url = reverse("admin:accounts_user_change", args=[user.pk])
    form = {
        "email": user.email,
        "name": "Lifted",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [str(group.pk) for group in user.groups.all()],
        "user_permissions": [str(Permission.objects.get(codename="add_logentry").pk)],
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert client.post(url, form).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.is_superuser, user.user_permissions.count()) == ("Lifted", False, 0)


def test_a_person_made_in_the_admin_may_go_without_a_password():
    _, client = _staff(is_superuser=True)
    form = {
        "email": "New@Example.com",
        "name": "New",
        "usable_password": "false",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert client.post(reverse("admin:accounts_user_add"), form).status_code == 302
    made = User.objects.get(name="New")
    assert not made.has_usable_password()


def test_reviving_touches_dead_messages_only():
    _, client = _staff(is_superuser=True)
    now = timezone.now()
    rows = {
        state: OutboxMessage.objects.create(
            topic="core.mail.send", queue="default", state=state, attempts=3, due_at=now, created_at=now
        )
        for state in (OutboxMessage.State.DEAD, OutboxMessage.State.DONE)
    }
    form = {"action": "revive", "_selected_action": [str(row.pk) for row in rows.values()]}
    response = client.post(reverse("admin:core_outboxmessage_changelist"), form, follow=True)
    assert "1 of 2 messages will be tried again" in response.content.decode()
    assert {(row.state, row.attempts) for row in OutboxMessage.objects.all()} == {("pending", 0), ("done", 3)}


def test_only_who_may_change_the_outbox_revives():
    _, client = _staff(StaffGroup.PROOFING)
    now = timezone.now()
    row = OutboxMessage.objects.create(
        topic="core.mail.send", queue="default", state="dead", attempts=3, due_at=now, created_at=now
    )
    client.post(reverse("admin:core_outboxmessage_changelist"), {"action": "revive", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.state == "dead"


def test_staff_revoke_keys_but_neither_make_nor_read_them(business):
    user, client = _staff(is_superuser=True)
    key, secret = api_keys.create(
        business=business, name="K", scopes=["quotes:read"], live=True, actor=SYSTEM, now=timezone.now()
    )
    assert client.get(reverse("admin:accounts_apikey_add")).status_code == 403
    html = client.get(reverse("admin:accounts_apikey_change", args=[key.pk])).content.decode()
    assert secret not in html
    assert key.secret_hash not in html
    client.post(reverse("admin:accounts_apikey_changelist"), {"action": "revoke", "_selected_action": [str(key.pk)]})
    assert ApiKey.objects.get().revoked_at is not None
    assert user.email == "staff@example.com"


def test_the_first_page_warns_of_dead_messages():
    _, client = _staff(is_superuser=True)
    assert "could not be delivered" not in client.get(reverse("admin:index")).content.decode()
    now = timezone.now()
    OutboxMessage.objects.create(topic="x", queue="default", state="dead", due_at=now, created_at=now)
    assert "1 message could not be delivered" in client.get(reverse("admin:index")).content.decode()
