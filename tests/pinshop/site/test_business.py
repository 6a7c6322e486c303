"""Businesses in the account: keys, members, who may do what."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from pinshop.accounts.enums import Role
from pinshop.accounts.models import ApiKey, Business, Member
from pinshop.accounts.owners import actor_of_request
from pinshop.accounts.services import api_keys, invitations
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry, OutgoingMail

KEY = {"name": "Web shop", "live": "test", "scopes": ["quotes:read", "quotes:write"], "once": "first"}


def _url(name: str, business: Business, *more) -> str:
    return reverse(f"business_{name}", args=[business.pk, *more])


def test_opening_a_business_makes_its_opener_the_owner_once(as_ana, ana):
    form = {"name": "Northwind", "billing_email": "books@northwind.example"}
    first = as_ana.post(reverse("business"), form)
    second = as_ana.post(reverse("business"), {**form, "name": " northwind "})
    business = Business.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == _url("detail", business)
    assert list(Member.objects.values_list("user_id", "role")) == [(ana.pk, Role.OWNER)]
    assert list(AuditEntry.objects.values_list("action", "actor_label")) == [("business.opened", ana.email)]


def test_a_new_keys_secret_is_shown_once_and_works(as_ana, business, now):
    response = as_ana.post(_url("create_key", business), KEY)
    assert response.status_code == 201
    secret = re.search(r'<code id="secret-value">(pin_test_[\w-]+)</code>', response.content.decode())[1]
    found = api_keys.find(secret, now=timezone.now())
    assert found == ApiKey.objects.get()
    assert (found.name, found.live, found.scopes) == ("Web shop", False, ["quotes:read", "quotes:write"])
    assert secret not in as_ana.get(_url("detail", business)).content.decode()


def test_the_same_key_form_sent_twice_makes_one_key(as_ana, business):
    as_ana.post(_url("create_key", business), KEY)
    response = as_ana.post(_url("create_key", business), KEY, follow=True)
    assert ApiKey.objects.count() == 1
    assert "This key was made already" in response.content.decode()
    as_ana.post(_url("create_key", business), {**KEY, "once": "second"})
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"name": ""}, "name"),
        ({"live": "x"}, "live"),
    ],
)
def test_a_wrong_key_form_is_shown_again_and_makes_nothing(as_ana, business, changes, field):
    response = as_ana.post(_url("create_key", business), {**KEY, **changes})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert ApiKey.objects.count() == 0


def test_revoking_ends_a_key_and_repeats_harmlessly(as_ana, business, ana):
    key, secret = api_keys.create(
        business=business, name="Old", scopes=["quotes:read"], live=True, actor=SYSTEM, now=timezone.now()
    )
    for _ in range(2):
        assert as_ana.post(_url("revoke_key", business, key.pk)).status_code == 302
    assert api_keys.find(secret, now=timezone.now()) is None
    revoked = AuditEntry.objects.filter(action="api_key.revoked")
    assert list(revoked.values_list("actor_label", flat=True)) == [ana.email]


def test_a_stranger_gets_404_everywhere_and_changes_nothing(as_stranger, business, ana):
    key, _ = api_keys.create(
        business=business, name="Ours", scopes=["quotes:read"], live=True, actor=SYSTEM, now=timezone.now()
    )
    before = AuditEntry.objects.count()
    answers = [
        as_stranger.get(_url("detail", business)),
        as_stranger.post(_url("create_key", business), KEY),
        as_stranger.post(_url("revoke_key", business, key.pk)),
        as_stranger.post(_url("invite", business), {"email": "x@example.com", "role": "owner"}),
        as_stranger.post(_url("remove_member", business, ana.pk)),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert "Northwind" not in "".join(answer.content.decode() for answer in answers)
    key.refresh_from_db()
    assert key.revoked_at is None
    assert (ApiKey.objects.count(), Member.objects.count(), OutgoingMail.objects.count()) == (1, 1, 0)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("role", [Role.BUYER, Role.APPROVER])
def test_a_member_who_is_no_owner_may_look_but_not_manage(as_stranger, stranger, business, ana, role):
    Member.objects.create(business=business, user=stranger, role=role)
    page = as_stranger.get(_url("detail", business))
    assert page.status_code == 200
    assert "Make the key" not in page.content.decode()
    answers = [
        as_stranger.post(_url("create_key", business), KEY),
        as_stranger.post(_url("invite", business), {"email": "x@example.com", "role": "owner"}),
        as_stranger.post(_url("remove_member", business, ana.pk)),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert (ApiKey.objects.count(), Member.objects.count(), OutgoingMail.objects.count()) == (0, 2, 0)


def test_a_key_of_another_business_cannot_be_revoked(as_ana, business):
    other = Business.objects.create(name="Other", billing_email="o@example.com")
    key, _ = api_keys.create(
        business=other, name="Theirs", scopes=["quotes:read"], live=True, actor=SYSTEM, now=timezone.now()
    )
    assert as_ana.post(_url("revoke_key", business, key.pk)).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_an_invitation_joins_its_reader_after_a_press_and_only_once(
    as_ana, as_stranger, stranger, business, mailoutbox
):
    as_ana.post(_url("invite", business), {"email": "Otto@Example.com", "role": "approver"})
    outbox.drain()
    assert mailoutbox[0].to == ["Otto@Example.com"]
    assert mailoutbox[0].subject == "ana@example.com invites you to Northwind"
    path = re.search(r"https?://[^/]+(/account/business/join/\S+)", mailoutbox[0].body)[1]
    assert as_stranger.get(path).status_code == 200
    assert not Member.objects.filter(user=stranger).exists()
    for _ in range(2):
        assert as_stranger.post(path).headers["Location"] == _url("detail", business)
    assert Member.objects.get(user=stranger).role == Role.APPROVER
    assert AuditEntry.objects.filter(action="business.joined").count() == 1


def test_an_invitation_for_another_address_is_refused(as_ana, as_stranger, stranger, business):
    as_ana.post(_url("invite", business), {"email": "someone@example.com", "role": "buyer"})
    path = re.search(r"https?://[^/]+(/account/business/join/\S+)", OutgoingMail.objects.get().text)[1]
    response = as_stranger.post(path)
    assert response.status_code == 403
    assert "sent to someone@example.com" in response.content.decode()
    assert not Member.objects.filter(user=stranger).exists()


def test_a_forged_invitation_is_refused(as_stranger, business):
    response = as_stranger.post(reverse("business_join", args=["forged"]))
    assert response.status_code == 404
    assert Member.objects.count() == 1


def test_an_invitation_is_mailed_once_a_day_and_address(as_ana, business):
    for _ in range(2):
        as_ana.post(_url("invite", business), {"email": "otto@example.com", "role": "buyer"})
    assert OutgoingMail.objects.count() == 1


def test_the_last_owner_stays(as_ana, ana, stranger, business, rf):
    response = as_ana.post(_url("remove_member", business, ana.pk), follow=True)
    assert "keeps at least one owner" in response.content.decode()
    assert Member.objects.filter(user=ana).exists()
    Member.objects.create(business=business, user=stranger, role=Role.OWNER)
    request = rf.get("/")
    request.user = stranger
    actor = actor_of_request(request)
    taken = [
        invitations.remove(business_id=business.pk, user_id=ana.pk, actor=actor, now=timezone.now()) for _ in range(2)
    ]
    assert taken == [True, False]


def test_the_page_asks_the_database_as_often_for_thirty_keys_as_for_one(as_ana, business):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def make(count: int) -> None:
        for number in range(count):
            api_keys.create(
                business=business,
                name=f"Key {number}",
                scopes=["quotes:read"],
                live=False,
                actor=SYSTEM,
                now=timezone.now(),
            )

    make(1)
    as_ana.get(_url("detail", business))
    with CaptureQueriesContext(connection) as one:
        as_ana.get(_url("detail", business))
    make(29)
    with CaptureQueriesContext(connection) as thirty:
        as_ana.get(_url("detail", business))
    assert len(thirty) == len(one)


def test_a_name_is_saved_and_the_same_name_again_is_no_event(as_ana, ana):
    for _ in range(2):
        as_ana.post(reverse("account_profile"), {"name": "Ana L."})
    ana.refresh_from_db()
    assert ana.name == "Ana L."
    assert AuditEntry.objects.filter(action="user.renamed").count() == 1
