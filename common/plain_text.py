"""Markdown as plain text, for excerpts: no sign is left that only orders or leads somewhere.

Works on pieces, too, which may begin or end anywhere, so it reads signs and not a document. A name such as
`snake_case` or a sum such as 2 * 3 keeps its signs.

Worked example, which also stands in the test: "## Steps\n\n1. See [the guide](https://a.example) **first**\n> `ls`"
becomes "Steps See the guide first ls".
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[ \t]+")
# In this order. Places of signs: at the beginning of a line, around words, anywhere.
_RULES = (
    (re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M), ""),
    (re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*(?::?-{3,}:?)?[ \t]*$", re.M), ""),
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.M), ""),
    (re.compile(r"^(?:[ \t]*>)+[ \t]?", re.M), ""),
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?", re.M), ""),
    (re.compile(r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$", re.M), ""),
    (re.compile(r"!?\[([^\[\]\n]*)\](?:\([^()\s]*(?:\s\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])"), r"\1"),
    # A link that the piece cuts through.
    (re.compile(r"\]\([^\s)]*\)?"), ""),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    (re.compile(r"`+"), ""),
    (re.compile(r"~~|\*{2,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)"), ""),
    (re.compile(r"(?<![\w*\\])\*(?=\S)|(?<=\S)(?<!\\)\*(?![\w*])"), ""),
    (re.compile(r"^[ \t]*\||\|[ \t]*$|[ \t]+\|[ \t]+", re.M), " "),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def plain_text(markdown: str) -> str:
    """The words of a Markdown text or of a piece of one, on one line."""
    text = _SPACES.sub(" ", markdown)
    for signs, instead in _RULES:
        text = signs.sub(instead, text)
    return " ".join(text.split())
