"""The text of an HTML mail. One walk from left to right without a tree, so that its cost is its length.

Block elements end lines, quotes get "> ", links keep their address, what cannot be seen is left out. Where a client
marks its quoted history by an element (Gmail, Outlook, QQ Mail, NetEase, Lark, Foxmail, Yahoo), a line of
QUOTE_BEGINS stands in the text for trimming.py. Spec page 4.6.
"""

from __future__ import annotations

import html
import re
from string import ascii_lowercase, ascii_uppercase

QUOTE_BEGINS = "\u2060quoted\u2060"
LONGEST = 4_000_000
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)

_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "xml")
_BLOCKS = {
    *("p", "div", "br", "tr", "table", "ul", "ol", "li", "blockquote", "pre", "hr", "section", "article", "header"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "form", "center"),
}
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre"}
_HISTORY = re.compile(
    r"""(?:class|id)\s*=\s*["']?[^"'>]{0,200}?(?:gmail_quote|divRplyFwdMsg|isReplyContent|yahoo_quoted|FoxMailQuote"""
    r"""|foxmail_quote|lark-mail-quote|history-quote-wrapper|mail-editor-reference-message-container|qmbox_quote"""
    r"""|OutlookMessageHeader|mimestat_quote|ntes-mailmaster-quote|zmail_extra|protonmail_quote)"""
    r"""|^includetail\b|style\s*=\s*["']?[^"'>]{0,60}border:\s*none;\s*border-top:\s*solid\s*#(?:E1E1E1|B5C4DF)""",
    re.IGNORECASE,
)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9:]*)")


def text_of_html(source: str) -> str:
    """The readable text, Markdown as far as links, lists and quotes go."""
    return _Walk(source[:LONGEST]).text()


class _Walk:
    def __init__(self, source: str) -> None:
        # Only A to Z, so that places stay the same.
        self.source, self.lowered = source, source.translate(_SMALL)
        self.unclosed: set[str] = set()
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = self.preformatted = 0
        self.links: list[tuple[str, int]] = []

    def text(self) -> str:
        at, source = 0, self.source
        while at < len(source):
            tag = source.find("<", at)
            if tag < 0:
                self._say(source[at:])
                break
            self._say(source[at:tag])
            at = self._past(tag)
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def _past(self, tag: int) -> int:
        """Handle what begins at `tag`; returns where to go on."""
        if self.source.startswith("<!--", tag):
            end = self.source.find("-->", tag + 4)
            return end + 3 if end >= 0 else len(self.source)
        end = self.source.find(">", tag)
        if end < 0:
            self._say(self.source[tag:])
            return len(self.source)
        inside = self.source[tag + 1 : end]
        named = _NAME.match(inside)
        if named is None:
            if not inside.startswith(("!", "?", "/")):
                self._say(self.source[tag : tag + 1])
                return tag + 1
            return end + 1
        name = named.group(1).lower()
        if name in _UNSEEN and name not in self.unclosed and not inside.startswith("/") and not inside.endswith("/"):
            closing = self.lowered.find(f"</{name}", end)
            if closing < 0:
                self.unclosed.add(name)
                return end + 1
            past = self.source.find(">", closing)
            return past + 1 if past >= 0 else len(self.source)
        self._tag(name, inside)
        return end + 1

    def _tag(self, name: str, inside: str) -> None:
        closes = inside.startswith("/")
        if not closes and len(inside) < 2000 and _HISTORY.search(inside):
            self._end_line()
            self.lines.append(self._prefix() + QUOTE_BEGINS)
        if name in _BLOCKS:
            self._end_line()
            if name in _SPACED and self.lines and self.lines[-1].strip("> "):
                self.lines.append(self._prefix().rstrip())
        if name == "blockquote":
            self.quotes = max(0, self.quotes - 1) if closes else min(self.quotes + 1, 5)
        elif name == "pre":
            self.preformatted = max(0, self.preformatted - 1) if closes else self.preformatted + 1
        elif name == "li" and not closes:
            self.line.append("- ")
        elif name == "hr":
            self.lines.append(self._prefix() + "-----")
        elif name in ("td", "th") and closes:
            self.line.append(" ")
        elif name == "a":
            self._link(inside, closes)

    def _link(self, inside: str, closes: bool) -> None:
        if not closes:
            found = _HREF.search(inside[:4000])
            address = html.unescape(next(filter(None, found.groups()), "")) if found else ""
            self.links.append((address.strip(), len(self.line)))
        elif self.links:
            address, since = self.links.pop()
            shown = "".join(self.line[since:]).strip()
            is_web = address.lower().startswith(("http://", "https://"))
            if is_web and shown.rstrip("/") not in address and not any(sign.isspace() for sign in address):
                self.line.append(f" <{address}>")

    def _say(self, raw: str) -> None:
        if not raw:
            return
        text = html.unescape(raw).replace("\xa0", " ").replace("\u200b", "")
        if self.preformatted:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self._end_line(keep=True)
                self.line.append(line)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)

    def _end_line(self, *, keep: bool = False) -> None:
        text = "".join(self.line).rstrip()
        self.line, self.links = [], []
        if text or keep:
            self.lines.append(self._prefix() + text)

    def _prefix(self) -> str:
        return "> " * self.quotes
