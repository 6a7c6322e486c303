"""Every page of the site: answers, policy, files."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from designs.selectors import samples
from orders.services import seeds
from pinshop.accounts.models import User
from pinshop.site import seed, terms
from pinshop.site.web import errors

OPEN = ["home", "how_it_works", "terms", "privacy", "contact", "account_login", "account_signup"]
OPEN += ["account_request_login_code", "account_reset_password", "account_reset_password_done"]
OPEN += ["account_email_verification_sent", "erased"]
SIGNED_IN = [
    "account_home",
    "account_profile",
    "account_data",
    "business",
    "account_email",
    "account_change_password",
    "mfa_index",
]
SIGNED_IN += ["mfa_activate_totp", "account_logout", "account_reauthenticate"]

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}


def _policy(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, _, values in parts if name != "form-action"}


@pytest.mark.django_db
def test_terms_show_the_published_costs_of_cancelling(now):
    assert "What cancelling costs" not in Client().get(reverse("terms")).content.decode()
    seeds.load_cancellation(now=now)
    page = Client().get(reverse("terms")).content.decode()
    assert '<th scope="row">Custom pins, struck or plated</th><td>60 % of the line</td>' in page
    assert "Table C-1." in page


def _check_page(response) -> None:
    assert response.status_code == 200
    assert _policy(response) == STRICT
    html = response.content.decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"]+)"', html))
    assert {"css/shop.css", "vendor/htmx/htmx.min.js", "img/favicon.svg"} <= files
    assert [name for name in files if finders.find(name) is None] == []
    assert len(re.findall(r"<h1\b", html)) == 1
    assert '<main id="main"' in html
    assert "{%" not in html
    assert "{{" not in html


@pytest.mark.django_db
def test_a_reader_of_another_language_gets_one_language_and_not_two():
    page = Client().get(reverse("account_signup"), headers={"Accept-Language": "de"}).content.decode()
    assert "Make the account" in page
    assert "Passwort" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_an_open_page_answers_anybody_with_the_strict_policy_and_files_that_exist(name):
    _check_page(Client().get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_an_account_page_answers_its_person_with_the_strict_policy_and_files_that_exist(name, ana):
    client = Client()
    # A fresh sign-in, so that no page asks for the password again.
    client.post(reverse("account_login"), {"login": ana.email, "password": "a-long-password"})
    _verify(ana)
    client.force_login(ana)
    response = client.get(reverse(name), follow=True)
    _check_page(response)


def _verify(user: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_home", "account_profile", "account_data", "business"])
def test_an_account_page_asks_a_stranger_to_sign_in(name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('account_login')}?next={reverse(name)}"


def test_account_pages_stay_out_of_caches(as_ana):
    assert as_ana.get(reverse("account_home")).headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_missing_page_is_a_404_in_the_shops_clothes():
    response = Client().get("/nothing-here/")
    assert response.status_code == 404
    assert "Nothing is pinned here" in response.content.decode()
    assert _policy(response) == STRICT


@pytest.mark.django_db
def test_a_form_without_its_token_gets_a_kind_403():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert response.status_code == 403
    assert "This form has gone stale" in response.content.decode()


@pytest.mark.django_db
def test_a_missing_right_is_a_403_page():
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}
    response = errors.forbidden(request)
    assert response.status_code == 403
    assert "not for this account" in response.content.decode()


def test_the_failure_page_needs_no_database_and_no_session():
    response = errors.failed(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "it was us" in response.content.decode()


@pytest.mark.django_db
def test_the_terms_page_names_its_version():
    assert f"Version {terms.VERSION}" in Client().get(reverse("terms")).content.decode()


@pytest.mark.django_db
def test_the_login_page_offers_the_code_before_the_password():
    html = Client().get(reverse("account_login")).content.decode()
    assert html.index("Mail me a code") < html.index("Use a password instead")
    assert f'action="{reverse("account_request_login_code")}"' in html


@pytest.mark.django_db
def test_an_error_stands_beside_its_field_and_is_tied_to_it():
    html = Client().post(reverse("account_signup"), {"email": "no address"}).content.decode()
    assert re.search(r'<input[^>]*name="email"[^>]*aria-invalid="true"[^>]*aria-describedby="id_email_error"', html)
    assert '<ul class="field__error" id="id_email_error">' in html


def test_collectstatic_with_the_manifest_finds_every_file_that_a_style_sheet_names(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list(tmp_path.glob("css/main.*.css"))
    main = next(tmp_path.glob("css/main.*.css")).read_text()
    assert re.findall(r'@import url\("(?:tokens|base)\.[0-9a-f]{12}\.css"\)', main)


@pytest.mark.django_db
def test_the_front_page_shows_pins_and_causes_of_the_catalogue(now):
    seed.load(now=now)
    html = Client().get(reverse("home")).content.decode()
    assert html.count('<article class="pin-card">') == 8
    assert "Pins that give" in html
    assert Client().get(reverse("favicon")).headers["Location"].endswith("img/favicon.svg")


def test_every_sample_drawing_has_its_picture():
    assert [sample.file for sample in samples.list_samples() if finders.find(sample.path) is None] == []


@pytest.mark.django_db
def test_the_limits_on_the_page_are_those_of_the_engine(now):
    seed.load(now=now, pins=False)
    html = Client().get(reverse("how_it_works")).content.decode()
    rows = re.findall(
        r'<th scope="row">([^<]+)</th>\s*<td class="number">([^<]+)</td>\s*<td class="number">([^<]+)</td>', html
    )
    assert rows == [
        ("Metal line, soft enamel", "0.30 mm", "0.20 mm"),
        ("Metal line, hard enamel", "0.35 mm", "0.25 mm"),
        ("Width of an enamel area", "0.60 mm", "0.30 mm"),
        ("Metal beside a cut-out", "1.00 mm", "0.80 mm"),
        ("Cut-out, across", "2.00 mm", "1.00 mm"),
    ]


@pytest.mark.django_db
def test_head_and_foot_lead_to_every_part_of_the_shop():
    html = Client().get(reverse("contact")).content.decode()
    names = ["home", "designs:upload", "catalog:pin_list", "how_it_works", "orders:basket", "account_login"]
    names += ["business", "api_reference", "terms", "privacy", "contact"]
    assert [name for name in names if f'href="{reverse(name)}"' not in html] == []
