"""Tells mail of programs from mail of people: bounces, automatic answers, receipts, mailing lists, our own letters.

From RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 8098 (receipts) and what mail servers and clients in
English and Chinese really send. A subject alone counts only at its very beginning: an answer to one of our letters
begins with "Re: [T-…]", an automatic one with "Automatic reply: [T-…]" or "自动回复：[T-…]". Spec page 4.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tickets.mail import reasons
from tickets.mail.addressing import is_own_name

_AUTOMATIC_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply"),
    *("x-vacation", "x-qq-autoreply", "x-auto-response"),
)
_AUTOMATIC_PRECEDENCE = ("bulk", "junk", "auto_reply", "auto-reply")
_SPEAKING_FOR_SERVERS = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|sv|回复|回覆|答复)\s*[:：]\s*)?"
    r"(?:out[ -]of[ -](?:the )?office\s*[:：(\[-]|out of office$|automatic reply\b"
    r"|auto(?:mated|matic)?[ -]?(?:reply|response|answer)\b"
    r"|vacation (?:reply|response|notice)\b|ooo\s*[:：(\[-]|away from (?:the |my )?(?:office|desk|mail)\b"
    r"|i am (?:currently )?out of (?:the )?office\b"
    r"|[\[【(（]?\s*(?:自动回复|自動回覆|自動回复|自动答复|自动应答"
    r"|自動應答|假期自动回复|休假自动回复|外出自动回复|不在办公室|不在辦公室|离开办公室|休假通知|外出通知))",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:undeliver(?:able|ed)\b|mail delivery (?:failed|failure|system)"
    r"|delivery (?:status notification|failure|has failed)"
    r"|returned mail\s*:|failure notice\b|message undeliverable"
    r"|系统退信|退信通知|邮件投递失败|投递失败|郵件傳遞失敗|未送达|无法送达|無法傳遞)",
    re.IGNORECASE,
)
Headers = Mapping[str, Sequence[str]]


def why_ignored(
    headers: Headers, *, content_type: str, report_type: str, sender: str, subject: str, own_addresses: Sequence[str]
) -> str:
    """The reason why nobody need read this mail, or '' for mail of a person.

    `headers` maps lower-case names to values; `sender` and `own_addresses` are bare addresses in lower case.
    """
    return (
        _own_letter(headers, sender, own_addresses)
        or _report(headers, content_type, report_type, sender, subject)
        or _automatic(headers, subject)
    )


def is_from_a_list(headers: Headers) -> bool:
    """Whether a mailing list passed it on: the sender did not write to us alone."""
    return bool(headers.get("list-id") or headers.get("list-post")) or _word(headers, "precedence") == "list"


def _own_letter(headers: Headers, sender: str, own_addresses: Sequence[str]) -> str:
    name, _at, domain = sender.rpartition("@")
    plain = f"{name.partition('+')[0]}@{domain}"
    is_named_like_ours = any(is_own_name(value.strip()) for value in headers.get("message-id", ()))
    return reasons.LOOP if is_named_like_ours or sender in own_addresses or plain in own_addresses else ""


def _report(headers: Headers, content_type: str, report_type: str, sender: str, subject: str) -> str:
    if report_type == "disposition-notification":
        return reasons.RECEIPT
    if content_type == "multipart/report" or _SPEAKING_FOR_SERVERS.match(sender) or "x-failed-recipients" in headers:
        return reasons.BOUNCE
    return reasons.BOUNCE if _BOUNCE_SUBJECT.match(subject) else ""


def _automatic(headers: Headers, subject: str) -> str:
    submitted = _word(headers, "auto-submitted")
    if submitted and submitted != "no":
        return reasons.AUTOMATIC
    if any(name in headers for name in _AUTOMATIC_HEADERS) or _word(headers, "precedence") in _AUTOMATIC_PRECEDENCE:
        return reasons.AUTOMATIC
    # A person's mail has a way back.
    if any(value.strip() == "<>" for value in headers.get("return-path", ())):
        return reasons.BOUNCE
    return reasons.AUTOMATIC if _AUTOMATIC_SUBJECT.match(subject) else ""


def _word(headers: Headers, name: str) -> str:
    values = headers.get(name, ())
    return re.split(r"[;\s(]", values[0].strip().lower(), maxsplit=1)[0] if values else ""
