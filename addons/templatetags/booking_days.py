"""Days, weekdays and units as the pages of bookings name them, `{% load booking_days %}`."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from addons.booking_outlook import DayMark
from addons.quota_listing import UNITS
from common import readings

register = template.Library()

_LETTERS = (
    pgettext_lazy("weekday, one letter", "M"),
    pgettext_lazy("Tuesday, one letter", "T"),
    pgettext_lazy("Wednesday, one letter", "W"),
    pgettext_lazy("Thursday, one letter", "T"),
    pgettext_lazy("Friday, one letter", "F"),
    pgettext_lazy("Saturday, one letter", "S"),
    pgettext_lazy("Sunday, one letter", "S"),
)
_NAMES = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
_KINDS = {
    "holiday": gettext_lazy("public holiday"),
    "make_up": gettext_lazy("make-up day, worked"),
}
_CLOSED = {
    "past": gettext_lazy("is over"),
    "rest": gettext_lazy("not worked: the service starts on a working day"),
    "notice": gettext_lazy("too early for the notice"),
    "period": gettext_lazy("outside the period of your quota"),
    "taken": gettext_lazy("in the way of another booking of this service"),
}
_PARTS = {
    "first": gettext_lazy("first day"),
    "counted": gettext_lazy("booked"),
    "skipped": gettext_lazy("inside, not counted"),
}


@register.simple_tag
def weekdays() -> list[tuple[str, str]]:
    """(letter, name) of Monday to Sunday."""
    return [(str(letter), str(name)) for letter, name in zip(_LETTERS, _NAMES, strict=True)]


@register.filter
def weekday_letter(weekday: int) -> str:
    """The one letter of a weekday, Monday 0."""
    return str(_LETTERS[weekday])


@register.filter
def short_month(day: date) -> str:
    """ "Nov 2026"."""
    return readings.short_month(day)


@register.filter
def unit_name(unit: str) -> str:
    """What a quota counts."""
    return str(UNITS.get(unit, unit))


@register.filter
def spoken(mark: DayMark) -> str:
    """A day to choose from as a screen reader says it: its date, what it is, whether it can be the first day."""
    said = [readings.day(mark.day), _KINDS.get(mark.kind), _PARTS.get(mark.part), _CLOSED.get(mark.closed)]
    if mark.short_notice:
        said.append(_("short notice"))
    return ", ".join(str(each) for each in said if each)
