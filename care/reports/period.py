"""The days that a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from care.models import MonthlyReport
from common.beijing import Month, midnight


@dataclass(frozen=True)
class Period:
    """Beijing days of one month, both included."""

    first_day: date
    last_day: date

    @classmethod
    def of(cls, report: MonthlyReport) -> Period:
        """A report's own."""
        return cls(report.first_day, report.last_day)

    @property
    def month(self) -> Month:
        return Month.of(self.first_day)

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return midnight(self.last_day + timedelta(days=1))

    @property
    def joined_late(self) -> bool:
        """Whether the plan began in the middle of the month."""
        return self.first_day > self.month.first_day

    @property
    def left_early(self) -> bool:
        """Whether the plan ended in the middle of the month."""
        return self.last_day < self.month.last_day

    def days(self) -> list[date]:
        """Each of them."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]
