"""Mails speak the customer's language: every sentence is marked, translated and compiled, and no English is left over."""

import ast
import gettext
import html
import itertools
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation.template import templatize

from pinshop.core import languages, mail
from pinshop.core.models import OutgoingMail
from pinshop.site import mail_samples

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
WORDS = Path(settings.BASE_DIR) / "locale" / "de" / "LC_MESSAGES"
TO_MANUFACTURERS = {"production_order", "production_cancelled"}
TEMPLATES = sorted(path for path in FOLDER.rglob("*.*") if path.stem not in TO_MANUFACTURERS)
SAMPLES = [
    sample
    for name in mail_samples.list_names()
    if name not in TO_MANUFACTURERS
    for sample in mail_samples.list_samples(name)
]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
APPS = ("pinshop", "catalog", "designs", "orders")


def _list_said_by_code() -> set[str]:
    """The sentences that code writes in English, to be said in mails and papers: those within `gettext_noop`."""
    sources = (path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py"))
    calls = (node for path in sources for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    marked = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "gettext_noop")
    return {ast.literal_eval(call.args[0]) for call in marked}


def _read_po() -> dict[str, str]:
    """The sentences of the .po file, without its header; no sentence is written over more than one line.

    Those of pages are in it too, for a translator to begin with; what has no German stays empty, and pages stay English.
    """
    lines = (WORDS / "django.po").read_text().splitlines()
    pairs = itertools.pairwise(lines)
    found = [
        (ast.literal_eval(first[6:]), ast.literal_eval(second[7:]))
        for first, second in pairs
        if first.startswith("msgid ") and second.startswith("msgstr ")
    ]
    return {sentence: said for sentence, said in found if sentence}


def _list_marked(path: Path) -> set[str]:
    """The sentences of a template that are marked for translation."""
    source = templatize(path.read_text())
    calls = re.findall(r"""\b(?:gettext|_)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""", source)
    return {ast.literal_eval(call) for call in calls}


MARKED = set().union(*(_list_marked(path) for path in TEMPLATES)) | _list_said_by_code()
GERMAN = _read_po()
SAID_IN_GERMAN = {sentence: said for sentence, said in GERMAN.items() if said}


def test_every_sentence_of_a_mail_has_its_german() -> None:
    assert sorted(sentence for sentence in MARKED if not GERMAN.get(sentence, "").strip()) == []
    assert "#, fuzzy" not in (WORDS / "django.po").read_text()
    for sentence, said in SAID_IN_GERMAN.items():
        assert sorted(PLACEHOLDER.findall(sentence)) == sorted(PLACEHOLDER.findall(said)), sentence


def test_what_is_compiled_is_what_is_written() -> None:
    with (WORDS / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {key: said for key, said in compiled._catalog.items() if key} == SAID_IN_GERMAN


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_of_a_mail_is_said_past_the_translation(path: Path) -> None:
    text = re.sub(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"""\b(?:text|label)=["'][^"']+""", text) == []
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]+>", "", text, flags=re.DOTALL)
    assert re.findall(r"\w+", text) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.name}-{sample.number}")
def test_a_german_mail_has_no_english_sentence(sample: mail_samples.Sample) -> None:
    written = mail.render(name=sample.name, context=sample.context, language="de")
    english = mail.render(name=sample.name, context=sample.context)
    assert written.subject != english.subject
    assert 8 < len(written.subject) < 80
    assert '<html lang="de">' in written.html
    assert '<html lang="en">' in english.html
    pieces = {piece.strip() for sentence in GERMAN for piece in PLACEHOLDER.split(sentence)}
    left = {piece for piece in pieces if len(piece.split()) > 3}
    for text in (written.subject, written.text, html.unescape(written.html)):
        assert {piece for piece in left if piece in text} == set()
        assert re.findall(r"%\(\w+\)s|\b(?:January|December) \d{4}", text) == []
    assert re.findall(r"&(?:amp|#x27|quot|lt);", written.subject + written.text) == []


def test_dates_are_written_as_each_language_writes_them() -> None:
    sample = next(mail_samples.list_samples("proof_ready"))
    assert "before 21 December 2026." in mail.render(name="proof_ready", context=sample.context).text
    assert (
        "vor dem 21.\u00a0Dezember 2026." in mail.render(name="proof_ready", context=sample.context, language="de").text
    )


def test_what_people_wrote_is_escaped_on_the_page_and_plain_in_the_text() -> None:
    sample = next(mail_samples.list_samples("changes_received"))
    written = mail.render(name=sample.name, context={**sample.context, "text": "100% <b> & 'so'"}, language="de")
    assert written.text.startswith("Sie schrieben: „100% <b> & 'so'“ Wir zeichnen")
    assert "„100% &lt;b&gt; &amp; &#x27;so&#x27;“" in written.html


def test_a_mail_in_german_leaves_the_language_of_its_writer_alone() -> None:
    sample = next(mail_samples.list_samples("order_placed"))
    with translation.override("en"):
        mail.render(name=sample.name, context=sample.context, language="de")
        assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR, de;q=0.7, en;q=0.3", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        (";;;=broken", "en"),
    ],
)
def test_the_first_language_that_a_browser_asks_for_and_mails_speak(asked: str, language: str) -> None:
    assert languages.of_request(RequestFactory().get("/", headers={"accept-language": asked})) == language
    assert languages.of_request(None) == "en"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "subject"), [("de-DE,en;q=0.5", "Zu dieser Adresse gibt es kein Konto"), ("en", "There is no account")]
)
def test_a_mail_of_sign_in_speaks_the_browsers_language(asked: str, subject: str, now: datetime) -> None:
    del now
    page = Client(headers={"accept-language": asked})
    page.post("/accounts/login/code/", {"email": "nobody@example.com"})
    assert OutgoingMail.objects.get().subject.startswith(subject)
