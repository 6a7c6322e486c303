"""The mails of sign-in: each has a subject, a text and a page, in the shop's words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinshop.accounts.models import User
from pinshop.core import mail, outbox
from pinshop.core.models import OutgoingMail

FOLDER = settings.BASE_DIR / "templates" / "mail" / "account"
NAMES = sorted(path.stem for path in Path(FOLDER).glob("*.txt") if path.stem != "change")
ALLAUTH = Path(__import__("allauth").__file__).parent / "templates"
CONTEXT = {
    "code": "K7QM-4X2P",
    "activate_url": "https://shop.example/confirm/abc/",
    "password_reset_url": "https://shop.example/reset/abc/",
    "signup_url": "https://shop.example/signup/",
    "url": "https://shop.example/join/abc/",
    "email": "o'hara+pins@example.com",
    "from_email": "old@example.com",
    "to_email": "new@example.com",
    "deleted_email": "gone@example.com",
    "business": "Fish & Chips",
    "inviter": "ana@example.com",
    "role": "Buyer",
    "days": 14,
    "ip": "192.0.2.7",
    "user_agent": "Firefox",
    "timestamp": timezone.now(),
}


def test_every_mail_that_allauth_may_send_has_our_words():
    wanted = {
        path.name.removesuffix("_message.txt")
        for folder in ("account/email", "mfa/email")
        for path in (ALLAUTH / folder).glob("*_message.txt")
        if path.name != "base_message.txt"
    }
    # Security keys are not offered (MFA_SUPPORTED_TYPES).
    assert {name for name in wanted if not name.startswith("webauthn")} - set(NAMES) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_has_a_subject_a_text_and_a_page(name, now):
    mail.send(to="ana@example.com", name=f"account/{name}", context=CONTEXT, key=name, now=now)
    sent = OutgoingMail.objects.get()
    assert 8 < len(sent.subject) < 80
    assert "\n" not in sent.subject
    assert len(sent.text) > 60
    for text in (sent.subject, sent.text):
        assert re.findall(r"&(?:amp|#x27|quot|lt);", text) == []
    assert "<h1" in sent.html
    assert "{{" not in sent.text + sent.html
    for word in ("K7QM-4X2P", "https://shop.example/"):
        assert (word in sent.text) == (word in sent.html)


@pytest.mark.django_db
def test_a_code_from_the_login_page_opens_the_account(mailoutbox):
    user = User.objects.create_user("ana@example.com", "a-long-password")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    outbox.drain()
    code = re.search(r"^    (\S+)$", mailoutbox[0].body, re.MULTILINE)[1]
    page = client.get(reverse("account_confirm_login_code"))
    assert page.status_code == 200
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_asking_a_code_for_an_unknown_address_answers_alike_and_mails_a_way_in(mailoutbox):
    client = Client()
    response = client.post(reverse("account_request_login_code"), {"email": "nobody@example.com"})
    assert response.headers["Location"] == reverse("account_confirm_login_code")
    outbox.drain()
    assert [letter.subject for letter in mailoutbox] == ["There is no account with this address"]


@pytest.mark.django_db
def test_signing_up_mails_a_link_that_confirms_the_address(mailoutbox):
    client = Client()
    form = {"email": "new@example.com", "password1": "a-long-password", "password2": "a-long-password"}
    response = client.post(reverse("account_signup"), form)
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    outbox.drain()
    assert mailoutbox[0].subject == "Welcome: confirm your e-mail address"
    path = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mailoutbox[0].body)[1]
    assert client.get(path).status_code == 200
    client.post(path)
    assert User.objects.get().emailaddress_set.get().verified
