"""What becomes of a mail: the rules, without a database (spec pages 4.6, 9.3).

In this order, the first that applies:
1. mail of programs is ignored (robots.py);
2. the sender must be one clear address, and the mail must be sent to an address that we signed for one ticket and
   one person;
3. that person must be the sender, still take part in the ticket, and be allowed to write;
4. where our mail server checks senders, it must not have called this one forged; a word of the staff needs its pass;
5. mail that a list passed on, encrypted mail and mail without words and files is for a person to look at.
Everything that fails 2 to 5 is parked. Nobody becomes a participant by a mail.

Worked example: `owner@acme.example` forwards our letter to `friend@else.example`, who answers to the address in it: the
address names the owner, the sender is not the owner: parked as `other_sender`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tickets.mail import reasons, robots
from tickets.mail.reading import File, Letter
from tickets.mail.trimming import trimmed

Part = Literal["writer", "reader", "staff", "none"]
# What our mail server found out about the sender; "" where it is not asked to.
Verdict = Literal["pass", "fail", "none", ""]


@dataclass(frozen=True)
class Named:
    """Whom a signed address names: `part` is what that person is to the ticket today."""

    email: str
    part: Part


@dataclass(frozen=True)
class Judgement:
    """`outcome` "taken" comes with `text` and `files`; the others with a `reason`."""

    outcome: Literal["taken", "parked", "ignored"]
    reason: str = ""
    text: str = ""
    files: tuple[File, ...] = ()


def judge(
    letter: Letter, *, own_addresses: Sequence[str], was_addressed: bool, named: Named | None, authentication: Verdict
) -> Judgement:
    """`was_addressed`: it was sent to some reply address of ours; `named`: whom the first rightly signed one names."""
    ignored = robots.why_ignored(
        letter.headers,
        content_type=letter.content_type,
        report_type=letter.report_type,
        sender=letter.sender,
        subject=letter.subject,
        own_addresses=own_addresses,
    )
    if ignored:
        return Judgement("ignored", ignored)
    reason = _why_parked(letter, was_addressed, named, authentication)
    if reason:
        return Judgement("parked", reason)
    text = trimmed(letter.text)
    if not text and not letter.files:
        return Judgement("parked", reasons.EMPTY)
    return Judgement("taken", text=text, files=letter.files)


def _why_parked(letter: Letter, was_addressed: bool, named: Named | None, authentication: Verdict) -> str:
    if not letter.sender:
        return reasons.UNCLEAR_SENDER
    if named is None:
        return reasons.BAD_SIGNATURE if was_addressed else reasons.NO_ADDRESS
    if named.email.lower() != letter.sender:
        return reasons.OTHER_SENDER
    if named.part == "none":
        return reasons.NOT_A_PARTICIPANT
    if named.part == "reader":
        return reasons.READS_ONLY
    if authentication == "fail" or (named.part == "staff" and authentication == "none"):
        return reasons.UNPROVEN
    if robots.is_from_a_list(letter.headers):
        return reasons.MAILING_LIST
    return reasons.ENCRYPTED if letter.is_sealed else ""


def verdict_of(letter: Letter, server: str) -> Verdict:
    """What the mail server `server` wrote into the topmost Authentication-Results of its own (RFC 8601).

    DMARC's word counts, since it is about the From address; without one the sender is neither proven nor refuted.
    "" when no server is trusted.
    """
    if not server:
        return ""
    for value in letter.headers.get("authentication-results", ()):
        told = " ".join(value.split()).lower()
        if re.split(r"[\s;]", told, maxsplit=1)[0] != server.lower():
            continue
        found = re.search(r"(?:^|[;\s])dmarc\s*=\s*(\w+)", re.sub(r"\([^()]*\)", " ", told))
        word = found.group(1) if found else ""
        return "pass" if word in ("pass", "bestguesspass") else "fail" if word == "fail" else "none"
    return "none"


def addresses_in(letter: Letter, envelope: str = "") -> str:
    """The text in which our reply addresses are looked for: the envelope first, then what servers noted, then To."""
    names = ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to", "to", "cc", "resent-to")
    return " ".join([envelope, *(" ".join(value.split()) for name in names for value in letter.headers.get(name, ()))])
