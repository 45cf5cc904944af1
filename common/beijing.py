"""Beijing dates and months.

Days, months, terms and quotas follow the calendar in Beijing (UTC+08:00, no summer time since 1991);
instants are stored and passed around as aware UTC datetimes. Source: spec pages 3 and 4.2.

Worked numbers (also in the tests): 2026-10-31T16:00Z is 2026-11-01 in Beijing; November 2026 runs from
2026-10-31T16:00Z to 2026-11-30T16:00Z; a term anchored on the 31st goes 31 January, 28 February, 31 March.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# A fixed offset rather than the time zone database: slim images do not carry one.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

# Months outside these years have no midnight in UTC or no next month.
FIRST_YEAR, LAST_YEAR = 1970, 9998


def date_of(instant: datetime) -> date:
    """The Beijing date of an aware instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(BEIJING).date()


def midnight(day: date) -> datetime:
    """The instant (aware, UTC) at which `day` begins in Beijing."""
    return datetime.combine(day, time(), tzinfo=BEIJING).astimezone(UTC)


def is_written_day(text: str) -> bool:
    """Whether it is written as `YYYY-MM-DD`, though it may be no day of the calendar."""
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


def read_day(text: str) -> date:
    """The day of `2026-07-06`. Raises ValueError for anything else, other writings of ISO 8601 among it."""
    if not is_written_day(text):
        raise ValueError(f"not a day: {text!r}")
    return date.fromisoformat(text)


def add_months(anchor_day: int, day: date, months: int) -> date:
    """The date `months` later (or earlier), on `anchor_day` or the month's last day where it is shorter.

    The anchor never changes, so that a short month does not pull later ones forward:
    add_months(31, 2026-01-31, 1) = 2026-02-28 and add_months(31, 2026-02-28, 1) = 2026-03-31.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor_day, last))


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in Beijing."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a Beijing date."""
        return cls(day.year, day.month)

    @classmethod
    def of_instant(cls, instant: datetime) -> Month:
        """The Beijing month an aware instant falls in."""
        return cls.of(date_of(instant))

    @classmethod
    def parse(cls, text: str) -> Month:
        """`2026-11` -> Month(2026, 11). Raises ValueError for anything else."""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError(f"not a month: {text!r}")
        return cls(int(text[:4]), int(text[5:]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days it has."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def starts_at(self) -> datetime:
        """Its first instant."""
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it: the next month's `starts_at`."""
        return midnight(self.last_day + timedelta(days=1))

    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Month:
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)
