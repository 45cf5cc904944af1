"""`/desk/bookings/<id>`: a booking from its confirmation to its report, with preparation, roster and patrol log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of, with_errors
from addons import (
    booking_progress,
    capacity_plan,
    checklist,
    completion_reports,
    event_team,
    patrol,
    preparation,
    wording,
)
from addons import duty as roster
from addons.desk import access, history
from addons.desk.forms import CompleteForm, ConfirmForm, DutyForm, PatrolForm, TeamForm, service_names
from addons.desk.told import told_details
from addons.models import Booking
from common import clock
from common.beijing import date_of
from common.keyset import page_of
from common.problems import Problem

Status = Booking.Status


class BookingPage(StaffPage):
    area = "bookings"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.page(access.whole_booking(number))

    def page(
        self, booking: Booking, *, problem: Problem | None = None, at_form: str = "", status: int = 200, **forms: Any
    ) -> HttpResponse:
        """The page; `forms` are those that were sent and refused, `at_form` says beside which the refusal belongs."""
        at = clock.now()
        if problem is not None:
            status = problem.status
            forms = {name: with_errors(form, problem) for name, form in forms.items()}
        context = self._booking_context(booking) | self._people_context(booking)
        context |= {
            "confirm_form": ConfirmForm(booking, at),
            "complete_form": CompleteForm(booking),
            "team_form": TeamForm(
                initial={
                    "service_manager": booking.service_manager.email if booking.service_manager else "",
                    "im_group": booking.im_group,
                }
            ),
            "duty_form": DutyForm.proposing(roster.proposed(booking, context["gaps"])),
            "patrol_form": PatrolForm(),
        }
        context |= forms | {
            "problem": problem if problem and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem else {},
            "at_form": at_form,
            "live_channels": ["desk"],
        }
        return self.render("addons/desk/booking.html", context, status=status)

    def _booking_context(self, booking: Booking) -> dict[str, Any]:
        at = clock.now()
        is_open = booking.status in checklist.OPEN
        today = date_of(at)
        return {
            "booking": booking,
            "service": service_names(at).get(booking.service, booking.service),
            "reason": wording.booking_reason(booking),
            "details": told_details(booking, at),
            "is_event": preparation.is_event(booking.service),
            "is_open": is_open,
            "may_start": booking.status == Status.CONFIRMED and today >= booking.starts_on,
            "is_undecided_late": booking_progress.is_undecided_late(booking, today),
            "is_over": today > booking.ends_on,
            "is_early": today < booking.ends_on,
            "days_over": capacity_plan.days_over(booking) if booking.status == Status.REQUESTED else [],
            "sections": [
                (label, booking.sections[code])
                for code, label in completion_reports.sections_of(booking.service).items()
                if booking.sections.get(code)
            ],
            "history": history.lines_of(booking),
            "can_write": self.can_write,
            "can_change": self.can_write and is_open,
        }

    def _people_context(self, booking: Booking) -> dict[str, Any]:
        at = clock.now()
        duties = access.duties_of([booking.pk]).get(booking.pk, [])
        items = checklist.checklist(booking)
        is_running = booking.status == Status.IN_PROGRESS
        return {
            "items": items,
            "open_items": checklist.open_items(items),
            "ready": len(items) - len(checklist.open_items(items)),
            "duties": [(row, row.starts_at <= at < row.ends_at, row.ends_at <= at) for row in duties],
            "gaps": checklist.gaps(booking, duties),
            "patrol": page_of(access.patrol_of(booking), before=None),
            "is_running": is_running,
            "can_patrol": is_running and patrol.may_note(booking, self.person),
        }

    def act(
        self,
        number: str,
        action: Callable[[Booking], Any],
        *,
        done: str,
        place: str = "",
        form: str = "",
        **forms: Any,
    ) -> HttpResponseBase:
        """Run it once per form and come back to `place`; a refusal is shown beside the form named `form`."""
        booking = access.whole_booking(number)

        def to(_result: Any) -> str:
            messages.success(self.request, done)
            url = reverse("addons:desk_booking", args=[booking.pk])
            return f"{url}#{place}" if place else url

        return self.submit(
            lambda: action(booking),
            to=to,
            again=lambda problem: self.page(access.whole_booking(number), problem=problem, at_form=form, **forms),
        )


class Confirm(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        booking = access.whole_booking(number)
        form = ConfirmForm(booking, clock.now(), request.POST)
        if booking.status == Status.REQUESTED and not form.is_valid():
            return self.page(booking, at_form="confirm", status=400, confirm_form=form)
        details = form.details() if form.is_valid() else {}
        return self.act(
            number,
            lambda held: booking_progress.confirm(
                booking=held, details=details, whole_details=True, at=clock.now(), by=self.person
            ),
            done=_("The booking is confirmed; its organization is told."),
            form="confirm",
            confirm_form=form,
        )


class Reject(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        reason = request.POST.get("reason", "")
        return self.act(
            number,
            lambda held: booking_progress.reject(
                booking=held, reason=booking_progress.require_reason(reason), at=clock.now(), by=self.person
            ),
            done=_("The booking is rejected; its organization is told why and has its quota back."),
            form="reject",
        )


class Start(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.act(
            number,
            lambda held: booking_progress.start(booking=held, at=clock.now(), by=self.person),
            done=_("The booking is in progress."),
        )


class Complete(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        booking = access.whole_booking(number)
        form = CompleteForm(booking, request.POST, request.FILES)
        if booking.status == Status.IN_PROGRESS and not form.is_valid():
            return self.page(booking, at_form="complete", status=400, complete_form=form)
        said = form.cleaned_data if form.is_valid() else {}
        return self.act(
            number,
            lambda held: booking_progress.complete(
                booking=held,
                summary=said.get("summary", ""),
                sections=form.written() if said else {},
                report=said.get("report"),
                at=clock.now(),
                by=self.person,
            ),
            done=_("The booking is completed; its organization is told of the report."),
            form="complete",
            complete_form=form,
        )


class Team(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        form = TeamForm(request.POST)
        if not form.is_valid():
            return self.page(access.whole_booking(number), at_form="team", status=400, team_form=form)
        return self.act(
            number,
            lambda held: event_team.name_team(booking=held, at=clock.now(), by=self.person, **form.cleaned_data),
            done=_("Service manager and IM group are kept."),
            place="team",
            form="team",
            team_form=form,
        )


class Tick(BookingPage):
    """`done`: "1" ready, "0" not ready, absent: only the note is kept."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, code: str) -> HttpResponseBase:
        done, note = request.POST.get("done") == "1", request.POST.get("note")
        return self.act(
            number,
            lambda held: checklist.tick(booking=held, code=code, done=done, note=note, at=clock.now(), by=self.person),
            done=_("It is ready.") if done else _("It is open again."),
            place=f"item-{code}",
            form=f"item-{code}",
        )


class Duties(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        form = DutyForm(request.POST)
        if not form.is_valid():
            return self.page(access.whole_booking(number), at_form="roster", status=400, duty_form=form)
        return self.act(
            number,
            lambda held: roster.add(booking=held, at=clock.now(), by=self.person, **form.cleaned_data),
            done=_("The duty is on the roster; the person is told."),
            place="roster",
            form="roster",
            duty_form=form,
        )


class DutyRemoved(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, duty: str) -> HttpResponseBase:
        return self.act(
            number,
            lambda held: roster.remove(booking=held, duty=access.duty_in(held, duty), at=clock.now(), by=self.person),
            done=_("The duty is off the roster."),
            place="roster",
        )


class Patrol(BookingPage):
    """The log as a fragment, and a new entry: whoever works on the desk may be on the roster."""

    area = "internal_notes"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        booking = access.whole_booking(number)
        before = request.GET.get("before")
        context = {"booking": booking, "patrol": page_of(access.patrol_of(booking), before=before), "is_older": before}
        return self.render("addons/desk/_patrol.html", context)

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        form = PatrolForm(request.POST)
        if not form.is_valid():
            return self.page(access.whole_booking(number), at_form="patrol", status=400, patrol_form=form)
        return self.act(
            number,
            lambda held: patrol.note(booking=held, at=clock.now(), by=self.person, **form.cleaned_data),
            done=_("The entry stands in the patrol log."),
            place="patrol",
            form="patrol",
            patrol_form=form,
        )


class Report(BookingPage):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, number: str) -> FileResponse:  # type: ignore[override]
        return completion_reports.download(access.whole_booking(number))
