"""What a mail says: its bytes as headers, text and files, whatever they look like.

Nothing here trusts the sender: parts, nesting and sizes have limits which are checked on the bytes before they are
parsed, headers are never split again, names of files are cleaned where they are attached. Spec pages 4.6, 9.3 (mail
bombs, header injection).

    text     the plain alternative where it says something, else the HTML one; parts beside one another in order
    files    everything else that is no signature (S/MIME, PGP), inline pictures included
    sender   the one bare address of the one From header in small letters, '' where that is not clear
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value
from hashlib import sha256

from tickets.mail import reasons
from tickets.mail.charsets import clean, header_text, text_of
from tickets.mail.html_text import text_of_html

LARGEST_BYTES = 40 * 1024 * 1024
MOST_NESTED = 15
MOST_PARTS = 150
LONGEST_TEXT = 4_000_000
_LARGEST_HEAD = 256 * 1024

_CONTAINERS = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_PARTS = re.compile(rb"^content-(?:type|transfer-encoding|disposition):", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()@\",;:\\\[\]]+@[^\s<>()@\",;:\\\[\]]+")
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted", "application/pgp-encrypted"}
_ENDINGS = {
    **{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "text/plain": ".txt"},
    **{"application/pdf": ".pdf", "text/calendar": ".ics", "message/rfc822": ".eml", "text/csv": ".csv"},
}


class _AsTheyStand(Compat32):
    """Headers with bytes above 127 are handed out with them (charsets.py reads them), not with marks in their place."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_THEY_STAND = _AsTheyStand()


class Unreadable(Exception):
    """The mail is not parsed; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class File:
    """A part that is kept as a file; its name is the sender's."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """`headers` maps lower-case names to the values as they stood; `text` is not trimmed."""

    headers: Mapping[str, Sequence[str]]
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    content_type: str = "text/plain"
    report_type: str = ""
    text: str = ""
    files: tuple[File, ...] = ()
    is_sealed: bool = False

    @property
    def digest(self) -> str:
        """What it says, in 64 letters: the same for two copies that took different ways."""
        told = sha256("\0".join((self.sender, self.subject, self.text)).encode("utf-8", "replace"))
        for file in self.files:
            told.update(sha256(file.content).digest())
        return told.hexdigest()

    def identity(self, address: str) -> str:
        """The key under which it is taken once: who wrote which mail to which of our addresses."""
        return sha256("\0".join((self.message_id or self.digest, self.sender, address)).encode()).hexdigest()


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_sealed: bool = False


def read(raw: bytes) -> Letter:
    """The whole mail. Raises Unreadable for what is too large, too complex, or not a mail at all."""
    if len(raw) > LARGEST_BYTES:
        raise Unreadable(reasons.TOO_LARGE)
    if len(_CONTAINERS.findall(raw)) > MOST_NESTED or len(_PARTS.findall(raw)) > 3 * MOST_PARTS:
        raise Unreadable(reasons.TOO_COMPLEX)
    try:
        mail = BytesParser(policy=_AS_THEY_STAND).parsebytes(raw)
        found = _Found()
        _collect(mail, found, depth=0)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise Unreadable(reasons.UNREADABLE) from error
    return _letter(mail, found)


def read_head(raw: bytes) -> Letter:
    """Headers alone, of a mail that cannot be read further; never raises."""
    head = re.split(rb"\r?\n\r?\n", raw[:_LARGEST_HEAD], maxsplit=1)[0]
    try:
        return _letter(BytesHeaderParser(policy=_AS_THEY_STAND).parsebytes(head), _Found())
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return Letter(headers={})


def only_address(values: Sequence[str]) -> str:
    """The address of a From header, in small letters; '' for none, several, or one that can be read in two ways."""
    if len(values) != 1 or len(values[0]) > 2000:
        return ""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', " ", " ".join(values[0].split()))
    if bare.count("@") != 1:
        return ""
    bare = re.sub(r"\([^()]*\)", " ", bare).strip()
    angled = re.fullmatch(r"[^<>@,;:]*<([^<>]*)>", bare)
    address = (angled.group(1) if angled else bare).strip()
    return address.lower() if _ADDRESS.fullmatch(address) and address.isascii() else ""


def _letter(mail: Message, found: _Found) -> Letter:
    headers: dict[str, list[str]] = {}
    for name, value in mail.items():
        headers.setdefault(name.lower(), []).append(str(value))
    froms = headers.get("from", [])
    report = mail.get_param("report-type", "")
    return Letter(
        headers=headers,
        message_id=clean(" ".join(headers.get("message-id", [""])[0].split()))[:300],
        sender=only_address(froms),
        sender_name=_display_name(froms),
        subject=header_text(headers.get("subject", [""])[0])[:2000],
        content_type=mail.get_content_type(),
        report_type=str(collapse_rfc2231_value(report)).lower() if report else "",
        text=re.sub(r"\n{4,}", "\n\n\n", "\n\n".join(found.texts)).strip("\n"),
        files=tuple(found.files),
        is_sealed=found.is_sealed,
    )


def _display_name(froms: Sequence[str]) -> str:
    whole = header_text(froms[0]) if froms else ""
    if "<" not in whole:
        return ""
    return re.sub(r"\s*<[^<>]*>\s*$", "", whole).strip(' "')[:200]


def _collect(part: Message, found: _Found, *, depth: int) -> None:
    if depth > MOST_NESTED or len(found.files) > MOST_PARTS:
        raise Unreadable(reasons.TOO_COMPLEX)
    kind = part.get_content_type()
    if kind in _SEALED:
        found.is_sealed = True
        return
    if kind in _SIGNATURES:
        return
    if part.is_multipart() and not kind.startswith("message/"):
        inside = [inner for inner in part.get_payload() if isinstance(inner, Message)]
        if kind == "multipart/alternative":
            _collect_best(inside, found, depth=depth)
            return
        for inner in inside:
            _collect(inner, found, depth=depth + 1)
        return
    name = _file_name(part)
    is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
    if is_text and not name and part.get_content_disposition() != "attachment":
        if len(part.get_payload()) > LONGEST_TEXT:
            raise Unreadable(reasons.TOO_LARGE)
        text = _text(part, is_html=kind == "text/html")
        if text.strip():
            found.texts.append(text)
    else:
        content = _content(part)
        if content:
            found.files.append(File(name or _made_up_name(part, kind, len(found.files) + 1), content))


def _collect_best(inside: Sequence[Message], found: _Found, *, depth: int) -> None:
    """Of alternatives the first with words speaks, which is the plainest; the files of all of them are kept."""
    has_words = False
    for inner in inside:
        own = _Found()
        _collect(inner, own, depth=depth + 1)
        found.files += own.files
        found.is_sealed = found.is_sealed or own.is_sealed
        if own.texts and not has_words:
            found.texts += own.texts
            has_words = True


def _text(part: Message, *, is_html: bool) -> str:
    charset = part.get_content_charset() or ""
    text = text_of(_content(part), charset)
    if is_html:
        return text_of_html(text)
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(text, joins=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unflowed(text: str, *, joins: bool) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one of the same quote."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        is_own = not line.startswith(">")
        content = line[1:] if is_own and line.startswith(" ") else line
        if goes_on and is_own:
            lines[-1] = (lines[-1][:-1] if joins else lines[-1]) + content
        else:
            lines.append(content)
        goes_on = is_own and content.endswith(" ") and content != "-- "
    return "\n".join(lines)


def _content(part: Message) -> bytes:
    if part.is_multipart():  # a mail inside the mail
        return b"\n".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    return header_text(str(part.get_filename() or ""))[:500]


def _made_up_name(part: Message, kind: str, place: int) -> str:
    kept = "image" if kind.startswith("image/") else "attachment"
    return f"{kept}-{place}{_ENDINGS.get(kind, '')}"
