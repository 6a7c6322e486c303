"""Every word that a customer reads on a page is marked for translation, and every date and time is written for a language."""

import re
from pathlib import Path

import pytest
from django.template.base import DebugLexer, Token, TokenType

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Read by staff, manufacturers and developers, in English; mails have a test of their own (test_mail_languages).
NOT_FOR_CUSTOMERS = ("admin/", "catalog/admin/", "manufacturing/", "api/", "mail/", "site/mail", "site/styleguide")
PAGES = {
    name: path
    for path in sorted(TEMPLATES.rglob("*.html"))
    if not (name := str(path.relative_to(TEMPLATES))).startswith(NOT_FOR_CUSTOMERS)
}

# What needs no translation: units, names of things, and samples of what a computer reads.
SAME_IN_EVERY_LANGUAGE = {"mm", "g", "in", "Pinshop", "submit"}
UNSPOKEN = re.compile(r"<(script|style|pre)\b.*?</\1>", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r"""\s(?:title|aria-label|alt|placeholder|data-label)=(["'])(.*?)\1""", re.DOTALL)
UNSPOKEN_BLOCKS = {"main_class"}
DATES_OF_COMPUTERS = {"c", "Y-m-d", "Y-m"}
TOKEN = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
LITERAL = r"""(?:"[^"]*"|'[^']*')"""


def _list_unmarked(source: str) -> list[str]:
    """The words of a template that no translation reaches, and the literals that hide in its tags and filters."""
    text, found = "", []
    is_marked = is_skipped = False
    for token in DebugLexer(source).tokenize():
        if token.token_type is TokenType.TEXT:
            text += "" if is_marked or is_skipped else token.contents
            continue
        if token.token_type is TokenType.BLOCK:
            words = token.contents.split()
            is_marked = words[0] == "blocktranslate" or (is_marked and words[0] != "endblocktranslate")
            is_skipped = (words[0] == "block" and words[1] in UNSPOKEN_BLOCKS) or (
                is_skipped and words[0] != "endblock"
            )
        text += "" if is_marked else "\ue000"
        found += _list_literals(token)
    text = UNSPOKEN.sub("", text)
    spoken = [said for _, said in SPOKEN_ATTRIBUTE.findall(text)]
    spoken.append(re.sub(r"<!--.*?-->|<[^>]*>", " ", text, flags=re.DOTALL))
    return found + [word for said in spoken for word in _words(said)]


def _words(text: str) -> list[str]:
    return [
        word for word in re.findall(r"[^\W\d_]+", re.sub(r"&\w+;", " ", text)) if word not in SAME_IN_EVERY_LANGUAGE
    ]


def _list_literals(token: Token) -> list[str]:
    """Words and formats in a tag or a filter that are not within `_("...")`."""
    if token.token_type is TokenType.COMMENT:
        return []
    filters = re.findall(rf"\|(default|default_if_none|yesno|pluralize|add):?(?:{LITERAL})?", token.contents)
    said = re.findall(rf"\|(?:default|default_if_none|yesno|add):({LITERAL})", token.contents)
    dates = re.findall(rf"\|(?:date|time):({LITERAL})", token.contents)
    found = [date for date in dates if date[1:-1] not in DATES_OF_COMPUTERS]
    found += [literal for literal in said if _words(literal)] + [name for name in filters if name == "pluralize"]
    if token.token_type is TokenType.BLOCK and token.contents.startswith("include "):
        found += re.findall(rf"\b(?:legend|label|text|title|what)=({LITERAL})", token.contents)
    return found


def test_there_are_pages_to_read() -> None:
    assert len(PAGES) > 80
    assert {"site/home.html", "designs/detail.html", "orders/order.html", "claims/report.html"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_is_marked(name: str) -> None:
    assert _list_unmarked(PAGES[name].read_text()) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_time_says_its_zone(name: str) -> None:
    formats = re.findall(rf"\|(?:date|time):_?\(?({LITERAL})", PAGES[name].read_text())
    assert [each for each in formats if re.search(r"[HGhgi]", each) and "T" not in each] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% blocktranslate %}Hello{% endblocktranslate %} you</p>", ["you"]),
        ('<img alt="A moth" src="x">', ["A", "moth"]),
        ('<nav aria-label="{% translate "Main" %}">{{ amount }} mm &amp; 1.5 g</nav>', []),
        ('<a{% if here %} aria-current="page"{% endif %}>{{ name }}</a>', []),
        ("<td>{{ name|default:'nobody' }}, {{ sum|default:'–' }}</td>", ["'nobody'"]),
        ("<td>{{ count }} {{ count|pluralize }}</td>", ["pluralize"]),
        ('<td>{{ day|date:"j F Y" }} {{ day|date:"c" }} {{ day|date:_("j F") }}</td>', ['"j F Y"']),
        ('{% include "x.html" with label="Total" name="total" %}', ['"Total"']),
        ('<b>{% if a > 1 %}{% translate "more" %}{% else %}less{% endif %}</b>', ["less"]),
        ("<script>var words</script><pre>POST /api</pre>{# remarks #}", []),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, found: list[str]) -> None:
    assert _list_unmarked(source) == found
