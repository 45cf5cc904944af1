"""Looks into a mailbox by IMAP for new mail, where the setting INBOUND_IMAP_URL names one (spec page 4.6).

The mailbox is the portal's alone. What is not marked as seen is fetched without marking it, received, and marked when
it is stored: whoever dies in between receives it again, which changes nothing. One mail that cannot be stored is left
for the next look, and the others go on.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from common import clock
from tickets.mail.reading import LARGEST_BYTES
from tickets.mail.taking import receive

log = structlog.get_logger(__name__)
MOST_AT_ONCE = 200
PATIENCE_SECONDS = 20
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def look(*, at: datetime) -> dict[str, int]:
    """Receive what is new; returns how many were `received` and how many were `left` for the next time.

    {} without a mailbox, and when it cannot be reached: the next look comes in a minute.
    """
    if not settings.INBOUND_IMAP_URL:
        return {}
    report = {"received": 0, "left": 0}
    try:
        with _opened(settings.INBOUND_IMAP_URL) as mailbox:
            for uid in _new_in(mailbox)[:MOST_AT_ONCE]:
                report["received" if _take(mailbox, uid) else "left"] += 1
    except (imaplib.IMAP4.error, OSError) as error:
        log.warning("mailbox.not_reached", error=repr(error))
    return report


@contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    """`imaps://` speaks TLS from the first byte; `imap://` changes to it where the server offers it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    mailbox: imaplib.IMAP4
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=PATIENCE_SECONDS)
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE_SECONDS)
        if "STARTTLS" in mailbox.capabilities:
            mailbox.starttls(ssl.create_default_context())
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        _checked(mailbox.select(f'"{folder}"'))
        yield mailbox
    finally:
        try:
            mailbox.logout()
        except (imaplib.IMAP4.error, OSError):
            mailbox.shutdown()


def _new_in(mailbox: imaplib.IMAP4) -> list[str]:
    found = _checked(mailbox.uid("SEARCH", "UNSEEN"))
    return [uid for uid in (found[0] or b"").decode("ascii").split() if uid.isdigit()]


def _take(mailbox: imaplib.IMAP4, uid: str) -> bool:
    """Whether the mail is kept by the portal now."""
    raw = _fetched(mailbox, uid)
    if raw is None:
        return False
    try:
        receive(raw=raw, at=clock.now())
    except Exception as error:
        log.exception("mail.not_stored", uid=uid, error=repr(error))
        return False
    _checked(mailbox.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
    return True


def _fetched(mailbox: imaplib.IMAP4, uid: str) -> bytes | None:
    """The mail's bytes; of one that is too large a little more than the largest, so that it is parked as such."""
    told = _checked(mailbox.uid("FETCH", uid, "(RFC822.SIZE)"))
    size = next((int(m.group(1)) for part in told if isinstance(part, bytes) and (m := _SIZE.search(part))), 0)
    asked = f"(BODY.PEEK[]<0.{LARGEST_BYTES + 1}>)" if size > LARGEST_BYTES else "(BODY.PEEK[])"
    for part in _checked(mailbox.uid("FETCH", uid, asked)):
        if isinstance(part, tuple) and isinstance(part[1], bytes):
            return part[1]
    return None


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    status, content = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {content!r}"[:300])
    return content
