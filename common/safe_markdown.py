"""Markdown of messages and help articles as safe HTML.

CommonMark with tables, strike-through and kept line breaks; raw HTML is shown as text, and what comes out is
cleaned once more against a list of allowed elements. Remote images would tell their host who reads it,
so they become links. Sources: spec pages 4.1 and 9.3.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_ELEMENTS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}
_SCHEMES = {"http", "https", "mailto"}

_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    .enable(["table", "strikethrough"])
    .disable("image")
)


def rendered(body: str) -> str:
    """The Markdown text as HTML that may be put into a page as it is."""
    return nh3.clean(
        _MARKDOWN.render(body),
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        attribute_filter=_only_language_classes,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _only_language_classes(element: str, attribute: str, value: str) -> str | None:
    """Fenced code carries its language as a class; no other class may be set from a message."""
    if element == "code" and attribute == "class":
        return value if value.startswith("language-") and " " not in value else None
    return value


def parsed(body: str) -> list[Token]:
    """The same Markdown as tokens, for what is no page: whatever sets them says how."""
    return _MARKDOWN.parse(body)
