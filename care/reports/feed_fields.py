"""What the items of a report's feeds must be, field by field (spec page 6, section 6.2; no Django here).

`read_items` gives the items as they are stored, what is wrong with the others by its place ("items.3.cpu.peak"), and
the names of fields that the kind does not have ("color", "cpu.p99"): whoever sends more than the report needs is not
refused, none of it is kept, and the answer names it, so that a mistyped name does not look like a figure that is
missing.

    text       1 to 200 characters, no control characters
    percent    0 to 100        number    0 or more, at most 10^15; both with at most four decimals, kept as text
    count      a whole number from 0 on
    moment     a day (2026-11-03) or an instant (2026-11-03T09:30:00+08:00)
    measure    {"average", "peak", "p95"}, any of them; the average and the 95th percentile are never above the peak
    amount     in whole fen, negative for corrections

Worked items, which also stand in tests/care/test_report_feeds.py: a load of {"id": "i-1", "cpu": {"average": 12.5,
"peak": 97}} is kept as {"id": "i-1", "cpu": {"average": "12.5", "peak": "97"}}; with an average of 98 it is
`above_peak` at "items.0.cpu.average".
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from common import money
from common.beijing import read_day

RESOURCES, LOAD, SECURITY, CONSUMPTION = KINDS = ("resources", "load", "security", "consumption")
MOST_ITEMS: Final = 10_000
MOST_MISTAKES: Final = 100
MOST_IGNORED: Final = 100
LONGEST_TEXT: Final = 200
MOST_DETAILS: Final = 30
_LARGEST: Final = Decimal(10) ** 15
_PLACES: Final = 4

Read = Callable[[Any], Any]
Items = list[dict[str, Any]]


@dataclass
class Mistake(Exception):
    """Why a value cannot be taken; care/reports/feed_wording.py has the sentence of each code."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict)
    # Below the field: "peak" of a measure.
    where: str = ""


@dataclass(frozen=True)
class FieldOf:
    """How a field is read, and whether an item must have it. Null is as good as left out.

    `parts`: what an object in it may have; nothing else of it is read.
    """

    read: Read
    required: bool = False
    parts: tuple[str, ...] = ()


def text(value: Any) -> str:
    """A text of 1 to 200 characters."""
    if not isinstance(value, str):
        raise Mistake("not_text")
    cleaned = value.strip()
    if not 0 < len(cleaned) <= LONGEST_TEXT:
        raise Mistake("length", {"longest": LONGEST_TEXT})
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned):
        raise Mistake("control_characters")
    return cleaned


def number(value: Any) -> str:
    """A number from 0 on, as plain text: 12.50 -> "12.5"."""
    return _plain(_decimal(value, _LARGEST))


def percent(value: Any) -> str:
    """A number from 0 to 100."""
    return _plain(_decimal(value, Decimal(100)))


def count(value: Any) -> int:
    """A whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= int(_LARGEST):
        raise Mistake("not_a_count")
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Mistake("not_a_flag")
    return value


def moment(value: Any) -> str:
    """A day or an instant, as it was written."""
    if not isinstance(value, str) or not value.isascii() or not 10 <= len(value) <= 40:
        raise Mistake("not_a_moment")
    try:
        read = read_day(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise Mistake("not_a_moment") from None
    if isinstance(read, datetime) and read.tzinfo is None:
        raise Mistake("not_a_moment")
    return value


def ip_address(value: Any) -> str:
    """An address of IPv4 or IPv6; several stand behind commas."""
    parts = [part.strip() for part in text(value).split(",")]
    try:
        return ", ".join(str(ipaddress.ip_address(part)) for part in parts)
    except ValueError:
        raise Mistake("not_an_address") from None


def amount(value: Any) -> str:
    """Money in whole fen, "1234.50"."""
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        return money.plain(money.parse(str(value)))
    except ValueError:
        raise Mistake("not_an_amount") from None


def text_or_number(value: Any) -> str:
    """What is written freely: "412 of 500 GB", 82.5."""
    return text(value) if isinstance(value, str) else number(value)


def details(value: Any) -> dict[str, str]:
    """A flat object of texts and numbers, at most 30; or one text."""
    if isinstance(value, str):
        return {"text": text(value)}
    if not isinstance(value, Mapping) or len(value) > MOST_DETAILS:
        raise Mistake("not_details", {"most": MOST_DETAILS})
    read = {}
    for name, each in value.items():
        if each is None:
            continue
        shown = str(each).lower() if isinstance(each, bool) else each
        try:
            read[text(name)] = text_or_number(shown)
        except Mistake as wrong:
            raise Mistake(wrong.code, wrong.params, str(name)[:LONGEST_TEXT]) from None
    return read


def counts(value: Any) -> dict[str, int]:
    """How many of each: {"sql_injection": 120}."""
    if not isinstance(value, Mapping) or len(value) > MOST_DETAILS:
        raise Mistake("not_details", {"most": MOST_DETAILS})
    return {text(name): count(each) for name, each in value.items()}


def one_of(*codes: str) -> Read:
    """One of these codes."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in codes:
            raise Mistake("not_one_of", {"codes": ", ".join(codes)})
        return value

    return read


MEASURED: Final = ("average", "peak", "p95")


def measure(unit: Read) -> Read:
    """MEASURED, any of them, in a unit."""

    def read(value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Mistake("not_a_measure")
        found: dict[str, str] = {}
        for name, each in value.items():
            if each is not None:
                try:
                    found[name] = unit(each)
                except Mistake as wrong:
                    raise Mistake(wrong.code, wrong.params, name) from None
        if not found:
            raise Mistake("not_a_measure")
        for name in ("average", "p95"):
            if "peak" in found and name in found and Decimal(found[name]) > Decimal(found["peak"]):
                raise Mistake("above_peak", where=name)
        return found

    return read


# Metric: how it is read. Rates in MB/s, bandwidth in Mbit/s, latency in milliseconds.
METRICS: Final[dict[str, Read]] = {
    "cpu": percent,
    "memory": percent,
    "disk": percent,
    "disk_read": number,
    "disk_write": number,
    "inbound_bandwidth": number,
    "outbound_bandwidth": number,
    "concurrent_connections": number,
    "new_connections": number,
    "latency": number,
    "loss": percent,
}
_RESOURCE = {
    "id": FieldOf(text, required=True),
    "name": FieldOf(text, required=True),
    "type": FieldOf(text),
    "state": FieldOf(text),
    "spec": FieldOf(text),
    "created": FieldOf(moment),
    "ip_address": FieldOf(ip_address),
    "region": FieldOf(text),
    "zone": FieldOf(text),
    "usage": FieldOf(text_or_number),
    "configuration": FieldOf(details),
}
_LOAD = {"id": FieldOf(text, required=True), "name": FieldOf(text)} | {
    name: FieldOf(measure(unit), parts=MEASURED) for name, unit in METRICS.items()
}
_SECURITY: dict[str, dict[str, FieldOf]] = {
    "iam_user": {
        "name": FieldOf(text, required=True),
        "mfa": FieldOf(flag),
        "administrator": FieldOf(flag),
        "last_sign_in": FieldOf(moment),
        "access_keys": FieldOf(count),
        "oldest_key_days": FieldOf(count),
    },
    "security_group": {
        "id": FieldOf(text),
        "name": FieldOf(text, required=True),
        "rules": FieldOf(count),
        "open_to_all": FieldOf(flag),
        "open_ports": FieldOf(text),
    },
    "audit_log": {"enabled": FieldOf(flag, required=True), "region": FieldOf(text), "kept_days": FieldOf(count)},
    "bucket_policy": {
        "name": FieldOf(text, required=True),
        "access": FieldOf(one_of("private", "public_read", "public_read_write"), required=True),
        "encrypted": FieldOf(flag),
        "versioning": FieldOf(flag),
    },
    "ddos": {
        "ip_address": FieldOf(ip_address),
        "blocked": FieldOf(count),
        "cleaned": FieldOf(count),
        "diverted": FieldOf(count),
        "peak": FieldOf(number),
    },
    "waf": {
        "domain": FieldOf(text, required=True),
        "mode": FieldOf(one_of("protect", "log", "off")),
        "rules": FieldOf(count),
        "attacks": FieldOf(count),
        "blocked": FieldOf(count),
        "by_type": FieldOf(counts),
    },
}
_CONSUMPTION = {"product": FieldOf(text, required=True), "amount": FieldOf(amount, required=True)}
SECURITY_KINDS: Final = tuple(_SECURITY)
# What two items of a feed may not share.
_KEYS = {RESOURCES: "id", LOAD: "id", CONSUMPTION: "product"}


def read_items(kind: str, items: list[Any]) -> tuple[Items, dict[str, Mistake], list[str]]:
    """The items as they are stored, the mistakes by place, and the unknown names, at most 100 of each.

    KeyError for another kind.
    """
    mistakes: dict[str, Mistake] = {}
    read: Items = []
    seen: set[str] = set()
    ignored: dict[str, None] = {}
    for index, item in enumerate(items):
        if len(mistakes) >= MOST_MISTAKES:
            break
        wrong: dict[str, Mistake] = {}
        cleaned = _read(kind, item, wrong, ignored)
        key = cleaned.get(_KEYS.get(kind, ""))
        if key is not None and key in seen:
            wrong[_KEYS[kind]] = Mistake("repeated")
        seen |= {key} if key is not None else set()
        mistakes |= {f"items.{index}{'.' if where else ''}{where}": mistake for where, mistake in wrong.items()}
        read.append(cleaned)
    return read, mistakes, list(ignored)


def _read(kind: str, item: Any, wrong: dict[str, Mistake], ignored: dict[str, None]) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        wrong[""] = Mistake("not_an_object")
        return {}
    if kind != SECURITY:
        return _fields({RESOURCES: _RESOURCE, LOAD: _LOAD, CONSUMPTION: _CONSUMPTION}[kind], item, wrong, ignored)
    try:
        which = one_of(*SECURITY_KINDS)(item.get("kind"))
    except Mistake as mistake:
        wrong["kind"] = mistake
        return {}
    rest = {name: value for name, value in item.items() if name != "kind"}
    return {"kind": which} | _fields(_SECURITY[which], rest, wrong, ignored)


def _fields(
    fields: Mapping[str, FieldOf], item: Mapping[Any, Any], wrong: dict[str, Mistake], ignored: dict[str, None]
) -> dict[str, Any]:
    read: dict[str, Any] = {}
    item = _known(item, tuple(fields), ignored)
    for name, known in fields.items():
        value = item.get(name)
        if value is None:
            if known.required:
                wrong[name] = Mistake("missing")
            continue
        if known.parts and isinstance(value, Mapping):
            value = _known(value, known.parts, ignored, of=f"{name}.")
        try:
            read[name] = known.read(value)
        except Mistake as mistake:
            wrong[f"{name}.{mistake.where}" if mistake.where else name] = mistake
    return read


def _known(
    found: Mapping[Any, Any], names: tuple[str, ...], ignored: dict[str, None], *, of: str = ""
) -> dict[str, Any]:
    """What bears one of these names; the other names are added to `ignored`."""
    for name in found:
        if name not in names and len(ignored) < MOST_IGNORED:
            ignored[of + str(name)[:LONGEST_TEXT]] = None
    return {name: found[name] for name in names if name in found}


def _decimal(value: Any, largest: Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)) or len(str(value)) > 40:
        raise Mistake("not_a_number")
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        raise Mistake("not_a_number") from None
    if not read.is_finite():
        raise Mistake("not_a_number")
    if not 0 <= read <= largest:
        raise Mistake("out_of_range", {"largest": _plain(largest)})
    # A monitoring system gives seventeen digits: four are more than any reader wants.
    return round(read, _PLACES)


def _plain(value: Decimal) -> str:
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
