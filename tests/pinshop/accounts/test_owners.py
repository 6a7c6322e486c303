"""Whose a thing is: one owner, and a business's test side apart from its live one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from pinshop.accounts import owners
from pinshop.accounts.models import ApiKey, Business, User
from pinshop.accounts.owners import Owned, Owner


class Thing(Owned):
    """A row of the tests' own, whose table lives as long as a test."""

    class Meta(Owned.Meta):
        app_label = "tests_owners"
        abstract = False


@pytest.fixture
def _table(transactional_db: Any) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Thing)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Thing)


def test_owner_is_exactly_one_of_three() -> None:
    for fields in ({}, {"user_id": uuid4(), "business_id": uuid4()}, {"user_id": uuid4(), "guest_key": "g"}):
        with pytest.raises(ValueError, match="one user, one business or one guest"):
            Owner(**fields)
    with pytest.raises(ValueError, match="test side"):
        Owner(guest_key="g", live=False)


@pytest.mark.usefixtures("_table")
def test_owner_finds_only_its_own_rows() -> None:
    user = User.objects.create_user("ann@example.com")
    business = Business.objects.create(name="B", billing_email="b@example.com")
    owned = [
        Owner(user_id=user.pk),
        Owner(business_id=business.pk),
        Owner(business_id=business.pk, live=False),
        Owner(guest_key="g1"),
        Owner(guest_key="g2"),
    ]
    rows = [Thing.objects.create(**owner.fields()) for owner in owned]
    for owner, row in zip(owned, rows, strict=True):
        assert list(Thing.objects.filter(owner.where())) == [row]
        assert row.owner() == owner


@pytest.mark.usefixtures("_table")
def test_database_refuses_rows_of_no_owner_of_two_and_of_test_people() -> None:
    user = User.objects.create_user("ann@example.com")
    business = Business.objects.create(name="B", billing_email="b@example.com")
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "one_owner"),
        ({"user": user, "business": business}, "one_owner"),
        ({"user": user, "guest_key": "g"}, "one_owner"),
        ({"user": user, "live": False}, "test_of_business"),
    ]
    for fields, rule in cases:
        with pytest.raises(IntegrityError, match=f"tests_owners_thing_{rule}"), transaction.atomic():
            Thing.objects.create(**fields)


def _request(user: Any):
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    return request


def test_guest_keeps_one_key_in_the_session() -> None:
    request = _request(AnonymousUser())
    owner = owners.of_request(request)
    assert len(owner.guest_key) == 32
    assert owners.of_request(request) == owner
    assert owners.of_request(_request(AnonymousUser())) != owner
    actor = owners.actor_of_request(request)
    assert (actor.kind, actor.id, actor.label) == ("guest", owner.guest_key[:12], "Guest")


@pytest.mark.django_db
@pytest.mark.parametrize(("staff", "kind"), [(False, "customer"), (True, "staff")])
def test_person_owns_and_acts_as_themselves(staff: bool, kind: str) -> None:  # noqa: FBT001 - a parameter of the case
    user = User.objects.create_user("ann@example.com", is_staff=staff)
    request = _request(user)
    assert owners.of_request(request) == Owner(user_id=user.pk)
    actor = owners.actor_of_request(request)
    assert (actor.kind, actor.id, actor.label) == (kind, str(user.pk), "ann@example.com")


@pytest.mark.django_db
@pytest.mark.parametrize("live", [True, False])
def test_key_owns_for_its_business_on_its_side(live: bool, now: datetime) -> None:  # noqa: FBT001 - a parameter of the case
    business = Business.objects.create(name="Brass", billing_email="b@example.com")
    key = ApiKey(business=business, name="shop", live=live)
    assert owners.of_key(key) == Owner(business_id=business.pk, live=live)
    assert owners.actor_of_key(key).label == "Brass: shop"


@pytest.mark.django_db
def test_email_is_one_account_whatever_its_case() -> None:
    User.objects.create_user("Ann@Example.com")
    assert User.objects.get().email == "ann@example.com"
    with pytest.raises(IntegrityError, match="accounts_user_email"), transaction.atomic():
        User.objects.create(email="ANN@example.com")
