"""Every mail can be looked at with sample data, on a laptop; a shop that is open has no such page."""

import re
from copy import deepcopy

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django.fixtures import Settings

from pinshop.core import mail
from pinshop.settings import base
from pinshop.site import mail_samples

pytestmark = pytest.mark.django_db
NAMES = mail_samples.list_names()
GAP = "NO-SAMPLE-FOR"


@pytest.fixture
def strict(settings: Settings) -> None:
    """Templates that name what they were not given."""
    templates = deepcopy(django_settings.TEMPLATES)
    for engine in templates:
        engine["OPTIONS"]["string_if_invalid"] = f"{GAP} %s"
    settings.TEMPLATES = templates


def test_there_is_no_such_page_unless_the_settings_of_a_laptop_ask_for_it(client: Client) -> None:
    assert base.WORKSHOP_PAGES is False
    assert client.get("/mails/").status_code == 404
    for path in ("/mails/", "/mails/order_placed/1/", "/mails/order_placed/1/page/"):
        with pytest.raises(Resolver404):
            resolve(path)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("name", NAMES)
def test_each_face_of_a_mail_is_whole(name: str) -> None:
    samples = list(mail_samples.list_samples(name))
    written = [mail.render(name=name, context=sample.context) for sample in samples]
    for each in written:
        for text in (each.subject, each.text, each.html):
            assert GAP not in text
        assert 8 < len(each.subject) < 80
        assert re.search(r"<h1[^>]*>[^<]+</h1>", each.html)
        links = re.findall(r'href="(https?://[^"]+)"', each.html)
        shown = {link for link in links if link != django_settings.BASE_URL}
        assert all(link.replace("&amp;", "&") in each.text for link in shown)
    assert len({each.html for each in written}) == len(written)


def test_samples_are_of_mails_that_exist() -> None:
    assert set(mail_samples._FACES) <= set(NAMES)
    assert {"order_placed", "proof_reminder", "account/login_code", "data_copy"} <= set(NAMES)
    assert not {"base", "account/change"} & set(NAMES)


@pytest.mark.usefixtures("workshop")
def test_designer_finds_each_and_sees_page_and_text(client: Client) -> None:
    listed = client.get("/mails/").content.decode()
    addresses = re.findall(r'href="(/mails/[^"]+/)"', listed)
    assert len(addresses) == sum(len(list(mail_samples.list_samples(name))) for name in NAMES)
    for address in addresses:
        shown = client.get(address)
        assert shown.status_code == 200
        assert shown.content.decode().count(f'src="{address}page/"') == 2
    page = client.get("/mails/proof_ready/2/page/")
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "style-src 'unsafe-inline'" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "needs your decision" in client.get("/mails/proof_ready/2/").content.decode()
    for wrong in ("/mails/proof_ready/9/", "/mails/base/1/", "/mails/../settings/1/"):
        assert client.get(wrong).status_code == 404


@pytest.mark.usefixtures("workshop")
def test_designer_sees_them_in_german_too_and_stays_there(client: Client) -> None:
    listed = client.get("/mails/?language=de").content.decode()
    assert 'href="/mails/proof_ready/1/?language=de"' in listed
    assert "Ihr Korrekturabzug von „Sleepy Fox“ ist fertig" in listed
    shown = client.get("/mails/proof_ready/1/?language=de").content.decode()
    assert shown.count('src="/mails/proof_ready/1/page/?language=de"') == 2
    assert '<a href="?language=de" lang="de" aria-current="true">Deutsch</a>' in shown
    assert '<html lang="de">' in client.get("/mails/proof_ready/1/page/?language=de").content.decode()
    assert client.get("/mails/?language=fr").status_code == 404
