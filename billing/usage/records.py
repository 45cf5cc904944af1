"""What a usage record must be, and why one is turned away (spec page 3, section 3.5).

A record has the fields of `FIELDS`; `read_record` makes a `UsageRow` of it or raises `BadRecord`, whose code and
params billing/usage/wording.py turns into a sentence. Two codes are decided by the load, which knows the database:
`unknown_organization`, and `record_conflict` for a known record_id with other content.

    amounts     in whole fen, at most 12 digits before the point, negative for corrections
    days        [starts_on, ends_on), between the years 2000 and 2199; days to come are allowed
    on_demand   exactly one day; prepaid from one day to ten years

Worked records, which also stand in tests/billing/test_usage_records.py: list_amount "100.50" on_demand from
2026-11-01 to 2026-11-02 is one day and taken; the same to 2026-11-03 is `not_one_day`; "100.505" is `parts_of_fen`;
prepaid from 2026-01-01 to 2036-01-01 is ten years and taken, to 2036-01-02 is `too_many_days`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from common import money
from common.money import CURRENCY, LARGEST, Money

FIELDS: Final = (
    *("record_id", "organization", "product", "category", "charge_mode", "payment_form"),
    *("list_amount", "starts_on", "ends_on"),
)
# Any form of payment counts alike, and so does none.
REQUIRED: Final = tuple(name for name in FIELDS if name != "payment_form")
CATEGORIES: Final = frozenset({"cloud_service", "support_plan", "professional_service", "marketplace"})
COUNTED: Final = "cloud_service"
ON_DEMAND, PREPAID = "on_demand", "prepaid"
LONGEST_TEXT: Final = 100
LONGEST_SLUG: Final = 40
FIRST_DAY, DAY_AFTER_LAST = date(2000, 1, 1), date(2200, 1, 1)
MOST_YEARS: Final = 10

_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?", re.ASCII)
_LONG_AMOUNT = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class BadRecord(Exception):
    """A record that is turned away; `params` complete the sentence of `code`."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        self.record_id: str | None = None
        super().__init__(code)


class UsageRow(NamedTuple):
    """A record as it is stored; `organization` is the slug."""

    record_id: str
    organization: str
    product: str
    category: str
    charge_mode: str
    payment_form: str
    list_amount: Money
    starts_on: date
    ends_on: date


def read_record(fields: object) -> UsageRow:
    """The row of a record as JSON or CSV gives it. Raises BadRecord, with the record's id where it has one."""
    if not isinstance(fields, Mapping):
        raise BadRecord("not_a_record")
    try:
        return _read(fields)
    except BadRecord as bad:
        bad.record_id = _shown_id(fields.get("record_id"))
        raise


def _read(fields: Mapping[str, Any]) -> UsageRow:
    get = fields.get
    record_id = _text("record_id", get("record_id"))
    organization = _text("organization", get("organization"), LONGEST_SLUG)
    product = _text("product", get("product"))
    category = _text("category", get("category"))
    if category not in CATEGORIES:
        raise BadRecord("unknown_category", value=category, choices=", ".join(sorted(CATEGORIES)))
    charge_mode = _text("charge_mode", get("charge_mode"))
    if charge_mode not in (ON_DEMAND, PREPAID):
        raise BadRecord("unknown_charge_mode", value=charge_mode, choices=f"{ON_DEMAND}, {PREPAID}")
    payment_form = _text("payment_form", get("payment_form"), may_be_empty=True)
    if get("currency") not in (None, "", CURRENCY):
        raise BadRecord("other_currency", currency=CURRENCY)
    amount = _amount(get("list_amount"))
    starts_on = _day("starts_on", get("starts_on"))
    ends_on = _day("ends_on", get("ends_on"))
    _check_period(charge_mode, starts_on, ends_on)
    return UsageRow(record_id, organization, product, category, charge_mode, payment_form, amount, starts_on, ends_on)


def _text(name: str, value: object, longest: int = LONGEST_TEXT, *, may_be_empty: bool = False) -> str:
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadRecord("not_text", field=name)
    text = value.strip()
    if not text and not may_be_empty:
        raise BadRecord("missing_field", field=name)
    if len(text) > longest:
        raise BadRecord("too_long", field=name, longest=longest)
    # Most texts are printable, which is quickly seen; spaces of other scripts are not, and are allowed.
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise BadRecord("control_characters", field=name)
    return text


def _amount(value: object) -> Money:
    if isinstance(value, str):
        text = value.strip()
        if _AMOUNT.fullmatch(text):
            return Decimal(text) or money.ZERO
        if text and not _LONG_AMOUNT.fullmatch(text):
            raise BadRecord("not_an_amount", value=text[:40])
        value = Decimal(text) if text else None
    if value is None:
        raise BadRecord("missing_field", field="list_amount")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadRecord("not_an_amount", value=type(value).__name__)
    return _exact(Decimal(value))


def _exact(number: Decimal) -> Money:
    # By its first digit: an exponent of a million must not become a million digits.
    if not number.is_finite() or number.adjusted() > LARGEST.adjusted() or abs(number) > LARGEST:
        raise BadRecord("amount_too_large", largest=money.plain(LARGEST))
    try:
        return money.parse(number)
    except ValueError:
        raise BadRecord("parts_of_fen") from None


def _day(name: str, value: object) -> date:
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        raise BadRecord("missing_field", field=name)
    day = _date_of(text) if isinstance(text, str) else None
    if day is None:
        raise BadRecord("not_a_date", field=name)
    if not FIRST_DAY <= day <= DAY_AFTER_LAST:
        raise BadRecord("date_out_of_range", field=name, first=FIRST_DAY.year, last=DAY_AFTER_LAST.year - 1)
    return day


# A feed of a month names some thirty days over and over.
@lru_cache(maxsize=4096)
def _date_of(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_period(charge_mode: str, starts_on: date, ends_on: date) -> None:
    days = (ends_on - starts_on).days
    if days < 1:
        raise BadRecord("no_days")
    if charge_mode == ON_DEMAND and days != 1:
        raise BadRecord("not_one_day", days=days)
    if ends_on.year - starts_on.year >= MOST_YEARS and (ends_on.year - MOST_YEARS, ends_on.month, ends_on.day) > (
        starts_on.year,
        starts_on.month,
        starts_on.day,
    ):
        raise BadRecord("too_many_days", years=MOST_YEARS)


def _shown_id(value: object) -> str | None:
    """The id to name in the answer; None where it is no text that could be stored."""
    if not isinstance(value, str):
        return None
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value.strip()[:LONGEST_TEXT])
    return text or None
