"""A guest who logs in takes the designs along."""

from datetime import datetime

import pytest
from django.test import Client

from designs.models import Design
from designs.services import adoption
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import Actor
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


def test_guests_designs_are_adopted_once_and_no_others(receive: Receive, actor: Actor, now: datetime) -> None:
    mine, other = receive(), receive(owner=Owner(guest_key="another"))
    user = User.objects.create_user("robin@example.com")
    counts = [adoption.adopt(guest_key="guest-of-the-tests", user_id=user.pk, actor=actor, now=now) for _ in range(2)]
    assert counts == [1, 0]
    assert Design.objects.get(id=mine.id).owner() == Owner(user_id=user.pk)
    assert Design.objects.get(id=other.id).owner() == Owner(guest_key="another")
    assert audit.list_entries(subject=mine).filter(action="design.adopted").count() == 1


def test_empty_key_adopts_nothing(receive: Receive, actor: Actor, now: datetime) -> None:
    user = User.objects.create_user("robin@example.com")
    receive(owner=Owner(user_id=user.pk))
    assert adoption.adopt(guest_key="", user_id=user.pk, actor=actor, now=now) == 0


def test_login_adopts(receive: Receive, client: Client) -> None:
    session = client.session
    session["guest_key"] = "guest-of-the-tests"
    session.save()
    design = receive()
    user = User.objects.create_user("robin@example.com")
    client.force_login(user)
    design.refresh_from_db()
    assert design.owner() == Owner(user_id=user.pk)
