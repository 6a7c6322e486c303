"""Longer texts, written in Markdown, as parts of a page."""

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt

# Raw HTML in a text is shown as it is written: what staff type opens no way into a page.
_READER = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(markdown: str, *, top: int = 2) -> SafeString:
    """The HTML of a text whose highest titles become `h{top}`; each title has an id made of its words, to link to."""
    tokens = _READER.parse(markdown)
    shift = top - min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=top)
    for place, token in enumerate(tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"
        if token.type == "heading_open":
            token.attrSet("id", slugify(tokens[place + 1].content))
    html: str = _READER.renderer.render(tokens, _READER.options, {})
    return mark_safe(html)  # noqa: S308 - raw HTML is off, above


def list_titles(markdown: str) -> list[tuple[str, str]]:
    """Id and words of the highest titles of a text, for its list of contents."""
    tokens = _READER.parse(markdown)
    opened = [(token, tokens[place + 1]) for place, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((token.tag for token, _ in opened), default="")
    return [(slugify(words.content), words.content) for token, words in opened if token.tag == highest]
