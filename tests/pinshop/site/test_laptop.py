"""The people of a shop on a laptop."""

from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from pinshop.accounts.enums import StaffGroup
from pinshop.site import laptop


@pytest.mark.django_db
def test_printed_password_opens_the_account_at_once(tmp_path: Path, now: datetime) -> None:
    for group in StaffGroup:
        Group.objects.get_or_create(name=group.value)
    logins = tmp_path / "logins.txt"
    assert [laptop.load(logins=logins, now=now) for _ in range(2)] == [True, False]
    password = logins.read_text().split("password ")[1].split()[0]
    answer = Client().post("/accounts/login/", {"login": laptop.CUSTOMER, "password": password})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
