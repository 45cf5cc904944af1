"""Pages of an organization's bookings: the year, the form, a booking and what can be done with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import OrganizationPage, errors_of, with_errors
from addons import (
    access,
    booking_months,
    booking_progress,
    booking_story,
    bookings,
    plan_binding,
    preparation,
    service_quotas,
)
from addons.booking_form import BookingForm, DaysForm, by_field
from addons.booking_listing import year_of
from addons.booking_outlook import Outlook, outlook
from addons.completion_reports import download
from addons.models import Booking
from addons.refusals import AccountOverdue, OutsidePeriod, OverlappingBooking, QuotaInsufficient
from addons.service_allowance import Account
from common import clock
from common.beijing import Month, date_of
from common.problems import FieldErrors, Problem
from supportplans import versions
from supportplans.entitlements import entitlements


class BookingsDoor(OrganizationPage):
    area = "bookings"

    @property
    def may_book(self) -> bool:
        return self.reach.may(self.area, "W") and not self.organization.is_disabled

    def booking(self) -> Booking:
        return access.booking_of(self.organization, self.kwargs["number"])

    def address(self, booking: Booking) -> str:
        return reverse("addons:booking", args=[self.organization.slug, booking.pk])

    def with_way_out(self, problem: Problem) -> Problem:
        """The refusal with the page that helps, where the rule names none: rules know no pages of other apps."""
        if problem.action_url:
            return problem
        if isinstance(problem, OverlappingBooking):
            problem.action_url = reverse("addons:booking", args=[self.organization.slug, problem.members["booking"]])
            problem.action_label = _("See that booking")
        elif isinstance(problem, AccountOverdue) and self.reach.may("orders", "R"):
            problem.action_url = reverse("billing:invoices", args=[self.organization.slug])
            problem.action_label = _("See the invoices")
        elif isinstance(problem, OutsidePeriod):
            problem.action_url = reverse("supportplans:plan", args=[self.organization.slug])
            problem.action_label = _("See your plan")
        elif isinstance(problem, QuotaInsufficient):
            problem.action_url = reverse("addons:bookings", args=[self.organization.slug])
            problem.action_label = _("See what is booked")
        return problem

    def days_context(self, seen: Outlook, **more: Any) -> dict[str, Any]:
        """What the calendar to choose from and the outlook beside it show."""
        if seen.problem is not None:
            self.with_way_out(seen.problem)
        wanted = _month(self.request.GET.get("month", ""))
        return {
            "outlook": seen,
            "errors": [said for sentences in errors_of(seen.problem).values() for said in sentences]
            if seen.problem
            else [],
            "choice": booking_months.months_to_choose(seen, wanted),
        } | more


class BookingsPage(BookingsDoor):
    """`/o/<slug>/bookings`: the year; `?from=2027-03` shows the twelve months from there."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        context = {
            "year": year_of(self.organization, clock.now(), _month(request.GET.get("from", ""))),
            "may_book": self.may_book,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("addons/bookings.html", context)


class NewBookingPage(BookingsDoor):
    """`/o/<slug>/bookings/new`; `?service=` and `?starts_on=` fill it."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        at = clock.now()
        held = entitlements(self.organization, at)
        asked = {name: request.GET[name] for name in ("service", "starts_on", "days") if request.GET.get(name)}
        known = {each.code for each in service_quotas.services_of(held.catalogue)}
        if asked.get("service") not in known:
            asked.pop("service", None)
        return self.page(self._form(initial=asked | self._contact()), status=200)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)

        def book() -> Booking:
            return bookings.book(organization=self.organization, wish=form.wish(), at=clock.now(), by=self.person)

        def again(problem: Problem) -> HttpResponse:
            return self.page(with_errors(form, by_field(problem)), problem=problem, status=problem.status)

        def booked(booking: Booking) -> str:
            messages.success(self.request, _("The days are booked. Our staff look at it and confirm."))
            return self.address(booking)

        return self.submit(book, to=booked, again=again)

    def page(self, form: BookingForm, *, status: int, problem: Problem | None = None) -> HttpResponse:
        at = clock.now()
        balances = service_quotas.balances(self.organization, at)
        context = {
            "form": form,
            "cards": form.cards(balances),
            "problem": self.with_way_out(problem) if problem is not None and not errors_of(problem) else None,
            "is_disabled": self.organization.is_disabled,
        }
        chosen = form.chosen_service
        if chosen is not None:
            days = DaysForm(_typed(form, "starts_on", "days"))
            days.is_valid()
            seen = outlook(
                organization=self.organization,
                service=chosen.code,
                at=at,
                starts_on=days.cleaned_data.get("starts_on"),
                days=days.typed_days(),
                regions=form["regions"].value() or (),
            )
            context = self.days_context(seen, **context)
        return self.render("addons/booking_new.html", context, status=status)

    def _form(self, data: Any = None, **more: Any) -> BookingForm:
        at = clock.now()
        held = entitlements(self.organization, at)
        binding = plan_binding.binding_codes(self.organization, at, held)
        balances = [each.code for each in service_quotas.balances(self.organization, at, held) if each.remaining]
        if data is None and len(balances) == 1:
            more["initial"] = {"service": balances[0]} | more.get("initial", {})
        return BookingForm(data, held=held, binding=binding, **more)

    def _contact(self) -> dict[str, str]:
        return {} if self.reach.is_staff else {"contact": f"{self.person.display_name()}, {self.person.email}"}


class NewBookingDays(BookingsDoor):
    """The calendar and the outlook for what is chosen so far: the rule's own answers, as a fragment."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        days = DaysForm(request.GET)
        days.is_valid()
        context: dict[str, Any] = {"is_fragment": True}
        # Without a service, or with one that does not exist, the fragment asks for one.
        with suppress(FieldErrors):
            seen = outlook(
                organization=self.organization,
                service=request.GET.get("service", ""),
                at=clock.now(),
                starts_on=days.cleaned_data.get("starts_on"),
                days=days.typed_days(),
                regions=request.GET.getlist("regions"),
            )
            context = self.days_context(seen, **context)
        return self.render("addons/_booking_days.html", context)


class BookingPage(BookingsDoor):
    """`/o/<slug>/bookings/<number>`."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        return self.page(self.booking())

    def page(self, booking: Booking, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        at = clock.now()
        catalogue = versions.current(clock.today())
        items = booking_story.prepared(booking)
        context = {
            "booking": booking,
            "name": catalogue.name_of("entitlements", booking.service),
            "problem": problem,
            "steps": booking_story.steps(booking),
            "details": booking_story.details(booking, catalogue),
            "sections": booking_story.sections(booking),
            "items": items,
            "ready": sum(item.is_ready for item in items),
            "roster": booking_story.roster(booking),
            "is_undecided_late": booking_progress.is_undecided_late(booking, date_of(at)),
            "may_change": self.may_book and booking_story.may_change(booking, at),
            "comes_back": self._comes_back(booking) if booking_story.may_change(booking, at) else None,
            "units": bookings.units_of(booking),
            "takes_tickets": preparation.is_event(booking.service),
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("addons/booking.html", context, status=status)

    def _comes_back(self, booking: Booking) -> Account | None:
        """The quota as it would be without the booking."""
        of = service_quotas.balance(self.organization, booking.service, clock.now())
        if of is None or of.period.starts_on != booking.period_start:
            return None
        return Account(of.granted, of.used - bookings.units_of(booking))


class WithdrawBooking(BookingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        booking = self.booking()

        def withdrawn(ended: Booking) -> str:
            messages.success(self.request, _("Withdrawn: the days are free, and the quota is back."))
            return self.address(ended)

        return self.submit(
            lambda: bookings.withdraw(booking=booking, at=clock.now(), by=self.person),
            to=withdrawn,
            again=lambda problem: self.page(self.booking(), problem=problem, status=problem.status),
        )


class RescheduleDoor(BookingsDoor):
    access = {"GET": "W"}

    def seen(self, booking: Booking, form: DaysForm) -> Outlook:
        form.is_valid()
        return outlook(
            organization=self.organization,
            service=booking.service,
            at=clock.now(),
            starts_on=form.cleaned_data.get("starts_on"),
            days=form.typed_days(),
            regions=booking.details.get("regions", ()),
            moving=booking,
        )

    def shown(self, template: str, booking: Booking, form: DaysForm, *, status: int = 200, **more: Any) -> HttpResponse:
        seen = self.seen(booking, form)
        is_same = (seen.starts_on, seen.days) == (booking.starts_on, booking.days)
        catalogue = versions.current(clock.today())
        context = {
            "form": form,
            "booking": booking,
            "name": catalogue.name_of("entitlements", booking.service),
            "is_same": is_same,
        }
        return self.render(template, self.days_context(seen, **context, **more), status=status)


class ReschedulePage(RescheduleDoor):
    """`/o/<slug>/bookings/<number>/reschedule`: other days, and what the difference is."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        booking = self.booking()
        if not booking_story.may_change(booking, clock.now()):
            return redirect(self.address(booking))
        return self.page(booking, DaysForm({"starts_on": booking.starts_on.isoformat(), "days": booking.days}))

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        booking, form = self.booking(), DaysForm(request.POST)
        if not form.is_valid():
            return self.page(booking, form, status=400)

        def moved(changed: Booking) -> str:
            messages.success(self.request, _("Moved. Our staff confirm the new days."))
            return self.address(changed)

        def move() -> Booking:
            starts_on: date = form.cleaned_data["starts_on"]
            days = form.cleaned_data.get("days") or booking.days
            return bookings.reschedule(booking=booking, starts_on=starts_on, days=days, at=clock.now(), by=self.person)

        return self.submit(
            move,
            to=moved,
            again=lambda problem: self.page(
                self.booking(), with_errors(form, problem), problem=problem, status=problem.status
            ),
        )

    def page(
        self, booking: Booking, form: DaysForm, *, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        refused = self.with_way_out(problem) if problem is not None and not errors_of(problem) else None
        return self.shown("addons/booking_reschedule.html", booking, form, status=status, problem=refused)


class RescheduleDays(RescheduleDoor):
    """The calendar and the difference for what is chosen so far, as a fragment."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        return self.shown("addons/_booking_days.html", self.booking(), DaysForm(request.GET), is_fragment=True)


class BookingReport(BookingsDoor):
    """The completion report as a file."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        return download(self.booking())


def _month(text: str) -> Month | None:
    """A month of an address; None for anything else."""
    with suppress(ValueError):
        found = Month.parse(text)
        return found if 2000 <= found.year <= 2199 else None
    return None


def _typed(form: BookingForm, *names: str) -> dict[str, Any]:
    """What a form holds of some fields, as it was typed or filled."""
    return {name: form[name].value() for name in names}
