"""The Markdown of a message as blocks of plain text: what a document needs to set it without knowing Markdown.

Spec page 4.5 (conversations as PDF). A block is a paragraph, heading, code, rule or table; lists and quotes are told
by how deep a block stands in them. Text is text: nothing in it is markup of any language any more.

Worked example, which also stands in tests/tickets/exports/test_text_blocks.py: "Hi **there**\n\n- one" becomes a
paragraph of the runs "Hi " and "there" (bold), and a paragraph "one" with indent 1 and mark "•".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token

from common.safe_markdown import parsed

DEEPEST = 6
WIDEST = 6
_SCHEMES = ("http://", "https://", "mailto:")
# Inline elements that show in print: the font has no italics.
_LOOKS = {"strong": "bold", "s": "strike"}

Run = dict[str, Any]
Block = dict[str, Any]


def blocks_of(body: str) -> list[Block]:
    """The blocks of a message, in order.

    Each has kind ("text", "heading", "code", "rule", "table"), quotes and indent (how deep it stands), mark ("•",
    "2." or ""), and by kind `runs`, `lines` or `rows`. A run has text and bold, strike, code; "\n" is a line's end.
    """
    return _Walk().over(parsed(body))


class _Walk:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.quotes = 0
        # Of each list that is open: the number of its next item, None where items have none.
        self.lists: list[int | None] = []
        self.mark = ""
        self.heading = False
        self.rows: list[list[list[Run]]] | None = None

    def over(self, tokens: Sequence[Token]) -> list[Block]:
        for token in tokens:
            self._take(token)
        return self.blocks

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline(runs_of(token.children or ()))
        elif kind in ("fence", "code_block"):
            self._add("code", lines=token.content.rstrip("\n").expandtabs(4).split("\n"))
        elif kind == "hr":
            self._add("rule")
        elif kind in ("blockquote_open", "blockquote_close"):
            self.quotes += token.nesting
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self.lists.append(int(token.attrGet("start") or 1) if kind.startswith("ordered") else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self._begin_item()
        elif kind in ("heading_open", "heading_close"):
            self.heading = token.nesting > 0
        elif kind == "table_open":
            self.rows = []
        elif kind == "tr_open" and self.rows is not None:
            self.rows.append([])
        elif kind == "table_close":
            self._end_table()

    def _begin_item(self) -> None:
        number = self.lists[-1]
        if number is None:
            self.mark = "•"
        else:
            self.mark, self.lists[-1] = f"{number}.", number + 1

    def _inline(self, runs: list[Run]) -> None:
        if self.rows:
            self.rows[-1].append(runs)
        else:
            self._add("heading" if self.heading else "text", runs=runs)

    def _end_table(self) -> None:
        rows, self.rows = self.rows or [], None
        if max((len(row) for row in rows), default=0) <= WIDEST:
            self._add("table", rows=rows)
            return
        # Columns too many for a page: a line for each row.
        for row in rows:
            runs: list[Run] = []
            for cell in row:
                runs += [*([_run(" | ")] if runs else []), *cell]
            self._add("text", runs=runs)

    def _add(self, kind: str, **content: Any) -> None:
        place = {"quotes": min(self.quotes, DEEPEST), "indent": min(len(self.lists), DEEPEST), "mark": self.mark}
        self.blocks.append({"kind": kind} | place | content)
        self.mark = ""


def runs_of(tokens: Sequence[Token]) -> list[Run]:
    """Inline tokens as runs; a link that does not name its address is followed by it."""
    runs: list[Run] = []
    looks: dict[str, int] = {"bold": 0, "strike": 0}
    links: list[tuple[str, int]] = []
    for token in tokens:
        kind, _underscore, _place = token.type.rpartition("_")
        if token.type in ("softbreak", "hardbreak"):
            runs.append(_run("\n"))
        elif token.type == "code_inline":
            runs.append(_run(token.content, looks, code=True))
        elif kind in _LOOKS:
            looks[_LOOKS[kind]] += token.nesting
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(runs)))
        elif token.type == "link_close" and links:
            address, since = links.pop()
            shown = "".join(run["text"] for run in runs[since:])
            if address.lower().startswith(_SCHEMES) and shown not in (address, address.removeprefix("mailto:")):
                runs.append(_run(f" <{address}>"))
        elif token.content:
            runs.append(_run(token.content, looks))
    return runs


def _run(text: str, looks: dict[str, int] | None = None, *, code: bool = False) -> Run:
    looks = looks or {}
    return {"text": text, "bold": looks.get("bold", 0) > 0, "strike": looks.get("strike", 0) > 0, "code": code}
