"""`/desk/what-if`: administrators see what a correction of the calendar or another target would do, and correct."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of
from accounts.roles import Access
from common import calendar_days, clock
from common.problems import FieldErrors, Problem
from supportplans import versions
from tickets import what_if


class WhatIfPage(StaffPage):
    """Two questions by GET; a POST enters the correction that was looked at."""

    area = "catalogue"
    access: ClassVar[dict[str, Access]] = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request.GET.dict())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Correct the calendar; running timers that it makes later move with it."""
        posted = request.POST
        return self.submit(
            lambda: calendar_days.correct_day(
                day=what_if.day_of(posted.get("day", "")),
                is_working=posted.get("is_working") == "1",
                note=posted.get("note", ""),
                by=self.person,
            ),
            to=lambda _entered: self._corrected(),
            again=lambda problem: self.page(posted.dict(), problem),
        )

    def page(self, asked: dict[str, Any], problem: Problem | None = None) -> HttpResponse:
        catalogue, at = versions.current(clock.today()), clock.now()
        shown: dict[str, Any] = {"asked": asked, "catalogue": catalogue, "at": at, "day": None}
        try:
            if asked.get("day"):
                day, is_working = what_if.day_of(asked["day"]), asked.get("is_working") == "1"
                shown |= {"day": day, "is_working": is_working, "correction": calendar_days.correction_of(day)}
                shown["preview"] = what_if.of_correction(day, is_working=is_working, at=at)
            elif asked.get("tier"):
                family, _colon, tier = asked["tier"].partition(":")
                severity, minutes = asked.get("severity", ""), what_if.minutes_of(asked.get("minutes", ""))
                shown["preview"] = what_if.of_target(family, tier, severity, minutes, catalogue=catalogue, at=at)
        except FieldErrors as refused:
            problem = problem or refused
        shown |= {"problem": problem, "errors": errors_of(problem) if problem else {}}
        return self.render("tickets/desk/what_if.html", shown, status=problem.status if problem else 200)

    def _corrected(self) -> str:
        messages.success(self.request, _("The calendar is corrected, and what is owed counts by it."))
        return reverse("tickets:what_if")
