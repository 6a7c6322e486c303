"""People and sessions for the site's tests."""

from collections.abc import Iterator
from importlib import reload
from pathlib import Path

import pytest
from django.test import Client
from django.urls import clear_url_caches
from django.utils import timezone
from pytest_django.fixtures import Settings

from pinshop import urls as all_urls
from pinshop.accounts.models import Business, User
from pinshop.accounts.services import businesses
from pinshop.core.actors import SYSTEM
from pinshop.site import urls as site_urls


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


@pytest.fixture
def workshop(settings: Settings) -> Iterator[None]:
    """A laptop's addresses: with the pages for who designs mails and pages."""

    def read_again() -> None:
        reload(site_urls)
        reload(all_urls)
        clear_url_caches()

    settings.WORKSHOP_PAGES = True
    read_again()
    yield
    settings.WORKSHOP_PAGES = False
    read_again()
