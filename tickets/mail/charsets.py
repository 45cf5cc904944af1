"""Bytes of a mail as text, whatever their label says.

Labels lie: GBK is sent as gb2312 or iso-8859-1, UTF-8 as us-ascii, nothing as anything. Order: the declared charset
when it fits (a Latin one only when the bytes are neither UTF-8 nor Chinese), UTF-8, GB18030 (which holds GBK and
GB2312), Big5, and at last UTF-8 with marks for what is broken. Nothing raises. Worked example: the GBK bytes of
"数据库" declared iso-8859-1 read "数据库".
"""

from __future__ import annotations

import codecs
import re
from email.header import decode_header

_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "gb-2312", "gb_2312-80", "x-gbk", "cp936", "hz", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "x-x-big5", "cp950"), "big5hkscs"),
}
# One byte, one letter: they fit any bytes, so that fitting proves nothing.
_SINGLE_BYTE = re.compile(r"(us-)?ascii|(iso-?8859|latin|windows-125|cp125|koi8|macintosh|unknown|binary)", re.I)
# Codecs of Python's that are no charsets of mail; some take the square of the length.
_NO_CHARSET = re.compile(r"idna|punycode|(raw_)?unicode.?escape|undefined|mbcs|oem|.{41,}")
# Text says nothing by these; PostgreSQL takes no NUL, pages no other.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_LONGEST_HEADER = 20_000


def text_of(content: bytes, declared: str = "") -> str:
    """The content as text with plain line ends, without control characters."""
    name = declared.strip().strip("'\"").lower()
    return clean(_decoded(content, "" if _NO_CHARSET.fullmatch(name) else name))


def clean(text: str) -> str:
    """Text that can be stored and shown: line feeds alone end lines, tabs are kept, other controls go."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def header_text(raw: str) -> str:
    """A header's value on one line, its encoded words (RFC 2047) read; broken ones stay as they are."""
    raw = _undone(raw[:_LONGEST_HEADER])
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError):  # binascii.Error is a ValueError
        parts = [(raw, None)]
    pieces: list[tuple[bytes | str, str]] = []
    for content, label in parts:
        charset = label or ""
        # A character may be cut in two by neighbouring encoded words of one charset.
        last = pieces[-1] if pieces else ("", "")
        if isinstance(content, bytes) and isinstance(last[0], bytes) and charset and last[1] == charset:
            pieces[-1] = (last[0] + content, charset)
        else:
            pieces.append((content, charset))
    text = "".join(text_of(part, label) if isinstance(part, bytes) else clean(part) for part, label in pieces)
    return " ".join(text.split())


def _undone(raw: str) -> str:
    """Bytes above 127 that stood bare in a header, read as text."""
    if raw.isascii():
        return raw
    try:
        return text_of(raw.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return clean(raw)


def _decoded(content: bytes, declared: str) -> str:
    name = _WIDER.get(declared, declared)
    if declared and not _SINGLE_BYTE.match(declared):
        found = _fits(content, name)
        if found is not None:
            return found
    for guess in ("utf-8-sig", "gb18030", "big5hkscs"):
        found = _fits(content, guess)
        if found is not None and (guess == "utf-8-sig" or _reads_as_chinese(found)):
            return found
    if _SINGLE_BYTE.match(declared):
        found = _fits(content, "cp1252" if declared in ("", "us-ascii", "ascii") else name)
        if found is not None:
            return found
    if declared and not _SINGLE_BYTE.match(declared) and _is_known(name):
        return content.decode(name, "replace")
    return content.decode("utf-8", "replace")


def _fits(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _reads_as_chinese(text: str) -> bool:
    """Most of what is not ASCII is Chinese: chance hits are rare letters."""
    foreign = [sign for sign in text if ord(sign) > 127]
    return bool(foreign) and 2 * sum(1 for sign in foreign if _CHINESE.match(sign)) > len(foreign)
