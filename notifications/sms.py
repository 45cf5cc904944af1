"""Text messages to mobile phones, for the highest steps of a deadline and for advisories (spec page 4.6).

SMS_URL names the gateway. Each gateway is a class with one method, so that another provider is one class more:

    send(phone: "+8613800000000", text: str, number: str) -> None
        Hand the message over. Raises NotTaken when it may be tried again; the outbox does that.

    console://                                   writes it to the log: demo and test
    twilio://SID:TOKEN@api.twilio.com?from=+1…   the REST API of Twilio: a form to Accounts/SID/Messages.json
    (empty)                                      no text messages; the switches say so
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.outbound import http

LONGEST = 300
log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """The gateway did not take the message now."""


class Gateway(Protocol):
    """What a provider of text messages can do."""

    def send(self, *, phone: str, text: str, number: str) -> None:
        """Hand a message over; `number` names it in logs. Raises NotTaken."""


class Console:
    """Writes messages to the log instead of sending them."""

    def send(self, *, phone: str, text: str, number: str) -> None:
        log.info("sms.written", phone=phone, text=text, number=number)


class Twilio:
    """POST /2010-04-01/Accounts/{SID}/Messages.json with the form fields To, From, Body and HTTP Basic."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        sender = parse_qs(parts.query.replace("+", "%2B")).get("from", [""])[0]
        if not (parts.username and parts.password and parts.hostname and sender):
            raise ImproperlyConfigured("SMS_URL: expected twilio://SID:TOKEN@api.twilio.com?from=+10000000000.")
        self.sid, self.sender = unquote(parts.username), sender
        host = parts.hostname + (f":{parts.port}" if parts.port else "")
        # An operator's own setting may name any host; a plain one is for a test server beside the portal.
        self.allowed = (host, parts.hostname)
        scheme = "http" if parts.scheme == "twilio+http" else "https"
        self.url = f"{scheme}://{host}/2010-04-01/Accounts/{parts.username}/Messages.json"
        key = f"{self.sid}:{unquote(parts.password)}".encode()
        self.authorization = "Basic " + base64.b64encode(key).decode()

    def send(self, *, phone: str, text: str, number: str) -> None:
        form = urlencode({"To": phone, "From": self.sender, "Body": text}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": self.authorization}
        outcome = http.send(http.Post(self.url, form, headers, self.allowed))
        if outcome.status is not None and 200 <= outcome.status < 300:
            return
        # A number that does not exist stays wrong: it is noted, not tried for days.
        if outcome.status is not None and 400 <= outcome.status < 500 and outcome.status not in (401, 403, 429):
            log.warning("sms.refused", number=number, status=outcome.status, answer=outcome.text[:200])
            return
        raise NotTaken(f"{outcome.status} {outcome.error}".strip())


GATEWAYS: dict[str, Callable[[str], Gateway]] = {
    "console": lambda url: Console(),
    "twilio": Twilio,
    "twilio+http": Twilio,
}


def is_set_up() -> bool:
    """Whether text messages are sent here at all."""
    return bool(settings.SMS_URL)


def send(*, phone: str, text: str, number: str) -> None:
    """Send one message by the gateway of the setting; none without one. Raises NotTaken."""
    if is_set_up():
        _gateway(settings.SMS_URL).send(phone=phone, text=text, number=number)


def fitted(words: str, address: str) -> str:
    """Words and address in at most 300 characters; of the two, the words are cut."""
    left = LONGEST - len(address) - 1
    return f"{words if len(words) <= left else words[: left - 1] + '…'} {address}".strip()


@lru_cache(maxsize=4)
def _gateway(url: str) -> Gateway:
    return GATEWAYS[urlsplit(url).scheme](url)
