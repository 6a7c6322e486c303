"""People and sessions for the site's tests."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pinshop.accounts.models import Business, User
from pinshop.accounts.services import businesses
from pinshop.core.actors import SYSTEM


@pytest.fixture
def ana(db) -> User:
    """A customer."""
    return User.objects.create_user("ana@example.com", "a-long-password", name="Ana Lima")


@pytest.fixture
def stranger(db) -> User:
    """Another customer."""
    return User.objects.create_user("otto@example.com", "a-long-password")


@pytest.fixture
def business(ana) -> Business:
    """A business that Ana owns."""
    return businesses.open_business(
        name="Northwind", billing_email="books@northwind.example", user=ana, actor=SYSTEM, now=timezone.now()
    )


@pytest.fixture
def as_ana(ana) -> Client:
    """A browser in which Ana is signed in."""
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def as_stranger(stranger) -> Client:
    """A browser in which the other customer is signed in."""
    client = Client()
    client.force_login(stranger)
    return client


@pytest.fixture
def own_files(settings: Settings, tmp_path: Path) -> None:
    """A store of this test alone: what it deletes by its content another test may just have stored."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}},
    }
