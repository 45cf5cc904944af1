"""Addresses and names that belong to our letters: where to answer to, and what each letter is called.

An answer goes to `reply+<token>@domain`. The token hides and signs (ticket, person): a synthetic initialization
vector, `mac = HMAC(key, "reply" + ids)[:16]`, and the 12 bytes of both ids xor `HMAC(key, "stream" + mac)[:12]`; the
28 bytes are written in base32, small letters, because mail servers may change capitals. Whoever changes a letter
changes the mac. It tells nothing about how many tickets and people there are.

A letter is called `<T-2026-4831907.<message's mac>@domain>`, the same for all its readers and every time it is sent.
Spec pages 4.6, 9.3 (mail hijack). Worked example: ticket 7, person 5, key `b"k" * 32` -> a token of 45 letters that
`opened` turns back into (7, 5).
"""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

_ID_BYTES = 6
_MAC_BYTES = 16
TOKEN_LENGTH = 45
_NUMBER = r"T-[0-9]{4}-[0-9]{7,12}"


def key_of(secret: str) -> bytes:
    """The key of reply addresses, derived from the portal's secret."""
    return hmac.digest(secret.encode(), b"tickets.mail", "sha256")


def token(ticket_id: int, person_id: int, key: bytes) -> str:
    """The signed part of the address to which `person_id` answers about `ticket_id`."""
    ids = ticket_id.to_bytes(_ID_BYTES, "big") + person_id.to_bytes(_ID_BYTES, "big")
    mac = _mac(key, b"reply", ids)[:_MAC_BYTES]
    return base64.b32encode(mac + _hidden(ids, mac, key)).decode().rstrip("=").lower()


def opened(text: str, key: bytes) -> tuple[int, int] | None:
    """(ticket id, person id) of a token; None where it was not made with this key."""
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    mac, ids = raw[:_MAC_BYTES], _hidden(raw[_MAC_BYTES:], raw[:_MAC_BYTES], key)
    if len(ids) != 2 * _ID_BYTES or not hmac.compare_digest(mac, _mac(key, b"reply", ids)[:_MAC_BYTES]):
        return None
    # The last letter holds spare bits: only the way we write it is ours.
    if base64.b32encode(raw).decode().rstrip("=").lower() != text.lower():
        return None
    return int.from_bytes(ids[:_ID_BYTES], "big"), int.from_bytes(ids[_ID_BYTES:], "big")


def reply_address(base: str, ticket_id: int, person_id: int, key: bytes) -> str:
    """`reply@mail.example` -> `reply+<token>@mail.example`."""
    name, _at, domain = base.rpartition("@")
    return f"{name}+{token(ticket_id, person_id, key)}@{domain}"


def tokens_in(text: str, base: str) -> list[str]:
    """The tokens of every address of ours in a header's text, in order, whether signed or not."""
    name, _at, domain = base.casefold().rpartition("@")
    return re.findall(
        rf"(?<![\w.+-]){re.escape(name)}\+([a-z0-9]{{1,64}})@{re.escape(domain)}(?![\w-]|\.\w)", text.casefold()
    )


def message_name(number: str, message_id: int, domain: str, key: bytes) -> str:
    """The Message-ID of the letters that carry a message of ticket `number`."""
    return f"<{number}.{_name_mac(number, str(message_id), key)}@{domain}>"


def thread_name(number: str, domain: str, key: bytes) -> str:
    """The name at the root of a ticket's thread; no letter bears it, all refer to it."""
    return f"<{number}.{_name_mac(number, 'thread', key)}@{domain}>"


def is_own_name(name: str) -> bool:
    """Whether a Message-ID has the form of ours; nobody else calls a mail like that."""
    return bool(re.fullmatch(rf"<(?:{_NUMBER}\.[0-9a-f]{{24}}|notice\.[0-9]+|invitation\.[0-9.]+)@[^<>@\s]+>", name))


def number_in(text: str) -> str:
    """The first ticket number in a subject or a reference; '' where there is none."""
    found = re.search(rf"(?<![\w-])({_NUMBER})(?![\w-])", text)
    return found.group(1) if found else ""


def _name_mac(number: str, what: str, key: bytes) -> str:
    return _mac(key, b"name", f"{number}:{what}".encode()).hex()[:24]


def _hidden(ids: bytes, mac: bytes, key: bytes) -> bytes:
    stream = _mac(key, b"stream", mac)
    return bytes(a ^ b for a, b in zip(ids, stream, strict=False))


def _mac(key: bytes, purpose: bytes, content: bytes) -> bytes:
    return hmac.digest(key, purpose + b":" + content, sha256)


def is_safe_reference(name: str) -> bool:
    """Whether somebody else's Message-ID may stand in a header of ours."""
    return bool(re.fullmatch(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>", name))
