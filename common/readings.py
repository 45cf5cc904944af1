"""How a person reads times and spans: "in 2 h 14 min", "overdue by 5 min", "3 h ago", "22 Nov 2026, 12:39".

The same patterns go to static/js/countdown.js (tag `reading_texts`), so that a page reads alike before and after
its clock ticks. Wall-clock times are Beijing's (spec README, rules of reading).

Worked readings, which also stand in tests/common/test_readings.py: 8,040 s -> "2 h 14 min"; 581 s -> "9 min 41 s";
590,400 s -> "6 d 20 h"; a due time 300 s ago -> "overdue by 5 min".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.utils import dateformat
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from common.beijing import BEIJING

MINUTE, HOUR, DAY = 60, 3600, 86400

# Seconds are shown while there are fewer than ten minutes: before that they only make a page restless.
SECONDS_BELOW = 10 * MINUTE

PATTERNS = {
    "days-hours": _("%(days)s d %(hours)s h"),
    "days": _("%(days)s d"),
    "hours-minutes": _("%(hours)s h %(minutes)s min"),
    "hours": _("%(hours)s h"),
    "minutes-seconds": _("%(minutes)s min %(seconds)s s"),
    "minutes": _("%(minutes)s min"),
    "seconds": _("%(seconds)s s"),
    "left": _("in %(span)s"),
    "overdue": _("overdue by %(span)s"),
    "ago": _("%(span)s ago"),
    "ahead": _("in %(span)s"),
    "now": _("just now"),
}

_FORMATS = {
    "en": {
        "moment": "j M Y, H:i",
        "date": "j M Y",
        "month": "F Y",
        "full": "l j F Y, H:i:s",
        "short-day": "j M",
        "short-month": "M Y",
    },
    "zh-hans": {
        "moment": "Y年n月j日 H:i",
        "date": "Y年n月j日",
        "month": "Y年n月",
        "full": "Y年n月j日 l H:i:s",
        "short-day": "n月j日",
        "short-month": "Y年n月",
    },
}


def formats() -> dict[str, str]:
    """The date patterns of the reader's language."""
    return _FORMATS.get(get_language() or "en", _FORMATS["en"])


def moment(instant: datetime) -> str:
    """Date and time to the minute, in Beijing."""
    return _formatted(instant.astimezone(BEIJING), formats()["moment"], get_language())


def full(instant: datetime) -> str:
    """Weekday, date and time to the second, in Beijing."""
    return _formatted(instant.astimezone(BEIJING), formats()["full"], get_language())


def day(value: date) -> str:
    """The date; an instant gives its Beijing date."""
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING)
    return _formatted(value, formats()["date"], get_language())


# A conversation reads a hundred times; they are the same at its next reading.
@lru_cache(maxsize=8192)
def _formatted(value: date, pattern: str, _language: str | None) -> str:
    return dateformat.format(value, pattern)


def month(value: date) -> str:
    """The month and year of a date."""
    return dateformat.format(value, formats()["month"])


def short_day(value: date) -> str:
    """The day without its year, for the axis of a chart: "3 Nov"."""
    return _formatted(value, formats()["short-day"], get_language())


def short_month(value: date) -> str:
    """The month of a date, short: "Nov 2026"."""
    return _formatted(value, formats()["short-month"], get_language())


def span(seconds: int, *, ticking: bool = False) -> str:
    """At most two units, rounded down; seconds only where `ticking` and below ten minutes."""
    seconds = abs(int(seconds))
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    if days:
        name = "days-hours" if hours else "days"
    elif hours:
        name = "hours-minutes" if minutes else "hours"
    elif ticking and seconds < SECONDS_BELOW:
        name = ("minutes-seconds" if left else "minutes") if minutes else "seconds"
    else:
        name = "minutes"
    return str(PATTERNS[name]) % {"days": days, "hours": hours, "minutes": minutes, "seconds": left}


def until(due: datetime, now: datetime) -> str:
    """ "in 2 h 14 min" before the due time, "overdue by 5 min" from it on."""
    seconds = _seconds(due, now)
    name = "left" if seconds > 0 else "overdue"
    return str(PATTERNS[name]) % {"span": span(seconds, ticking=seconds > 0)}


def relative(instant: datetime, now: datetime) -> str:
    """ "3 h ago" or "in 3 h" within a week of now, otherwise the date."""
    seconds = _seconds(instant, now)
    size = abs(seconds)
    if size < MINUTE:
        return str(PATTERNS["now"])
    if size >= 7 * DAY:
        return day(instant)
    unit = DAY if size >= DAY else HOUR if size >= HOUR else MINUTE
    return str(PATTERNS["ahead" if seconds > 0 else "ago"]) % {"span": span(size // unit * unit)}


def urgency(started: datetime | None, due: datetime, now: datetime) -> str:
    """Which share of the time is used: calm below 50 %, soon below 80 %, urgent below 100 %, then overdue."""
    if now >= due:
        return "overdue"
    if started is None or due <= started:
        return "calm"
    share = (now - started) / (due - started)
    return "calm" if share < 0.5 else "soon" if share < 0.8 else "urgent"


def _seconds(instant: datetime, now: datetime) -> int:
    """Whole seconds from now to the instant: rounded up before it and down after it, as the page's clock does."""
    return -int((now - instant).total_seconds() // 1)


def listed(names: Iterable[str]) -> str:
    """Names after one another: "ECS, RDS", "云服务器、数据库"."""
    return pgettext("between names", ", ").join(names)
