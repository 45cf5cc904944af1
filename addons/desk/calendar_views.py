"""`/desk/bookings`: the calendar of all bookings with the capacity used, what waits for a decision, and the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of, with_errors
from accounts.roles import allows, staff_role_key
from addons import access as bookings_access
from addons import capacity_plan, checklist
from addons.booking_progress import is_report_due, is_undecided_late
from addons.desk import access, week_picture
from addons.desk.forms import CapacityForm, ExceptionForm, service_names
from addons.models import Booking
from common import clock
from common.beijing import date_of
from common.calendar_days import calendar
from common.keyset import page_of
from common.problems import FieldErrors, Problem

WEEKS = 4
# Further than this nobody can book.
EARLIEST, LATEST = date(2000, 1, 3), date(2199, 12, 2)
MOST_LISTED = 200
ALL_TIMES = "all"


@dataclass(frozen=True)
class Filters:
    """What the list shows; '' leaves a thing open."""

    service: str = ""
    status: str = ""
    organization: str = ""

    @classmethod
    def asked(cls, request: HttpRequest) -> Filters:
        return cls(*(request.GET.get(name, "").strip()[:80] for name in ("service", "status", "organization")))

    def apply(self, rows: QuerySet[Booking]) -> QuerySet[Booking]:
        """Part of the name is enough for an organization; a state that does not exist finds nothing."""
        rows = bookings_access.filtered(rows, status=self.status, service=self.service)
        text = self.organization
        if text:
            rows = rows.filter(Q(organization__slug=text.lower()) | Q(organization__name__icontains=text))
        return rows

    def query(self, **more: str) -> str:
        said = {"service": self.service, "status": self.status, "organization": self.organization} | more
        return urlencode({name: value for name, value in said.items() if value})


class BookingsPage(StaffPage):
    """`?week=2026-11-23` is in the first week shown; `?period=all` lists every booking instead of these weeks'."""

    area = "bookings"

    def get(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        today = date_of(at)
        filters = Filters.asked(request)
        first = week_picture.monday_of(_day(request.GET.get("week", ""), today))
        last = first + timedelta(days=week_picture.DAYS * WEEKS - 1)
        names = service_names(at)
        shown = list(filters.apply(access.bookings_between(first, last))[: MOST_LISTED + 1])
        listed, older = self._list(filters, shown)
        waiting = list(access.bookings_to_decide()[:MOST_LISTED])
        context = {
            "weeks": week_picture.weeks(
                first,
                WEEKS,
                today=today,
                calendar=calendar(),
                names=names,
                loads=capacity_plan.loads(at, first, last),
                bookings=[booking for booking in shown if booking.status in bookings_access.HOLDING],
            ),
            "first": first,
            "last": last,
            "earlier": _address(filters, week=first - timedelta(days=week_picture.DAYS * WEEKS)),
            "later": _address(filters, week=first + timedelta(days=week_picture.DAYS * WEEKS)),
            "now": _address(filters),
            "filters": filters,
            "is_filtered": filters != Filters(),
            "services": names,
            "statuses": Booking.Status.choices,
            "is_all": self._is_all,
            "rows": _rows(listed, names, today),
            "is_cut": not self._is_all and len(shown) > MOST_LISTED,
            "older": older,
            "waiting": _rows(waiting, names, today),
            "may_set_capacity": _may_set_capacity(self),
            "live_channels": ["desk"],
        }
        is_fragment = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "bookings"
        return self.render(f"addons/desk/{'_bookings' if is_fragment else 'bookings'}.html", context)

    @property
    def _is_all(self) -> bool:
        return self.request.GET.get("period") == ALL_TIMES

    def _list(self, filters: Filters, shown: list[Booking]) -> tuple[list[Booking], str | None]:
        """The bookings of the list, and the address of older ones."""
        if not self._is_all:
            return shown[:MOST_LISTED], None
        rows = filters.apply(bookings_access.all_bookings().select_related("organization", "service_manager"))
        page = page_of(rows, before=self.request.GET.get("before"))
        return page.rows, f"{page.older}&{filters.query(period=ALL_TIMES)}" if page.older else None


class CapacityPage(StaffPage):
    """`/desk/bookings/capacity`: how many bookings of each service can be served a day. Leads set it."""

    area = "desk_settings"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """The standards of all services."""
        at = clock.now()
        form = CapacityForm(service_names(at), request.POST)
        if not form.is_valid():
            return self.page(standards=form, status=400)

        def keep() -> None:
            known = capacity_plan.plan().standard
            for code, places in form.cleaned_data.items():
                if places is not None:
                    capacity_plan.set_capacity(service=code, places=places, at=at, by=self.person)
                elif code in known:
                    capacity_plan.drop(service=code, by=self.person)

        return self.act(keep, _("The capacity is kept."))

    def act(self, action: Any, done: str, **again: Any) -> HttpResponseBase:
        def to(_nothing: Any) -> str:
            messages.success(self.request, done)
            return reverse("addons:desk_capacity")

        return self.submit(action, to=to, again=lambda problem: self.page(problem=problem, **again))

    def page(
        self,
        *,
        standards: CapacityForm | None = None,
        exception: ExceptionForm | None = None,
        problem: Problem | None = None,
        status: int = 200,
    ) -> HttpResponse:
        at = clock.now()
        names = service_names(at)
        if exception is not None and problem is not None:
            exception = with_errors(exception, problem)
        context = {
            "standards": standards or CapacityForm(names, initial=dict(capacity_plan.plan().standard)),
            "exception": exception or ExceptionForm(names),
            "exceptions": [(row, names.get(row.service, row.service)) for row in access.exceptions_from(date_of(at))],
            "standard": [(name, capacity_plan.plan().standard.get(code)) for code, name in names.items()],
            "problem": problem if problem and not errors_of(problem) else None,
            "can_write": self.can_write,
        }
        return self.render("addons/desk/capacity.html", context, status=problem.status if problem else status)


class CapacityException(CapacityPage):
    """Another capacity for one day."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        at = clock.now()
        form = ExceptionForm(service_names(at), request.POST)
        if not form.is_valid():
            return self.page(exception=form, status=400)
        said = form.cleaned_data
        return self.act(
            lambda: capacity_plan.set_capacity(
                service=said["service"],
                day=said["day"],
                places=said["capacity"],
                note=said["note"],
                at=at,
                by=self.person,
            ),
            _("The exception is kept."),
            exception=form,
        )


class CapacityExceptionDropped(CapacityPage):
    """The day has the standard again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        service = request.POST.get("service", "")
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            return self.page(problem=FieldErrors({"day": [_("Enter a date.")]}))
        return self.act(
            lambda: capacity_plan.drop(service=service, day=day, by=self.person), _("The day has the standard again.")
        )


def _rows(bookings: Iterable[Booking], names: dict[str, str], today: date) -> list[dict[str, Any]]:
    """What the list says of each booking."""
    rows = list(bookings)
    lists = checklist.checklists(rows)
    return [
        {
            "booking": booking,
            "service": names.get(booking.service, booking.service),
            "items": len(lists[booking.pk]),
            "ready": len(lists[booking.pk]) - len(checklist.open_items(lists[booking.pk])),
            "is_open": booking.status in checklist.OPEN,
            "is_undecided_late": is_undecided_late(booking, today),
            "is_report_due": is_report_due(booking, today),
        }
        for booking in rows
    ]


def _may_set_capacity(page: StaffPage) -> bool:
    return allows(staff_role_key(page.person.staff_role()), "desk_settings", "W")


def _address(filters: Filters, *, week: date | None = None) -> str:
    query = filters.query(**({"week": week.isoformat()} if week else {}))
    return reverse("addons:desk_bookings") + (f"?{query}" if query else "")


def _day(text: str, otherwise: date) -> date:
    try:
        return min(max(date.fromisoformat(text), EARLIEST), LATEST)
    except ValueError:
        return otherwise
