"""Reports at the desk: a month's list, and one report with its foreword, recommendations, preview and release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import organization_named
from accounts.page_doors import StaffPage, errors_of
from care.models import MonthlyReport, Recommendation
from care.reports import access, addresses, desk_lists, editing, reading, remaking, sending
from care.reports.api import pdf_response
from common import clock
from common.beijing import Month
from common.keyset import page_of
from common.problems import FieldErrors, Problem

Status = MonthlyReport.Status


def month_asked(request: HttpRequest) -> Month:
    """`?month=2026-10`; the month before the running one unless it names one."""
    try:
        return Month.parse(request.GET.get("month", ""))
    except ValueError:
        return Month.of_instant(clock.now()).previous()


class ReportsDoor(StaffPage):
    area = "reports"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write}

    def report(self) -> MonthlyReport:
        return access.report_of(organization_named(self.kwargs["slug"]), self.kwargs["month"])


class DeskReports(ReportsDoor):
    """`/desk/reports?month=2026-10&whose=mine&status=ready`: a TAM sees their own first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        month, known = month_asked(request), desk_lists.months()
        is_tam = self.person.staff_role() == "tam"
        whose = request.GET.get("whose", "mine" if is_tam else "all")
        status = request.GET.get("status", "")
        status = status if status in Status.values else ""
        tam = self.person if whose == "mine" else None
        page = page_of(desk_lists.of_month(month, status=status, tam=tam), before=request.GET.get("before"), size=50)
        chosen = f"month={month}&whose={whose}"
        context = {
            "rows": desk_lists.with_feeds(page.rows),
            "older": f"{page.older}&{chosen}&status={status}" if page.older else None,
            "month": month,
            "everybodys": f"?whose=all&month={month}",
            "months": sorted({month, *known}, reverse=True),
            "whose": whose,
            "status": status,
            "statuses": [("", gettext_lazy("All")), *Status.choices],
            "counts": desk_lists.counts(month, tam=tam),
        }
        return self.render("care/desk/reports.html", context)


class DeskReportPage(ReportsDoor):
    """`/desk/reports/<slug>/<2026-10>`; `?moved=12-up` puts the cursor back on the button that was pressed."""

    def get(self, request: HttpRequest, slug: str, month: str) -> HttpResponse:
        return self.page(self.report())

    def page(self, report: MonthlyReport, *, problem: Problem | None = None, at_form: str = "") -> HttpResponse:
        """`at_form`: the form that was refused; its typed words stay in it."""
        is_open = report.status in desk_lists.UNSENT
        is_over = Month.of(report.month).ends_at <= clock.now()
        context = {
            "report": report,
            "row": desk_lists.with_feeds([report])[0],
            "view": reading.view_of(report) if report.sections else None,
            "why_not": reading.why_not(report),
            "is_over": is_over,
            "may_edit": self.can_write and is_open,
            "may_release": self.can_write and is_open and is_over,
            "recommendations": list(access.recommendations_of(report)),
            "recipients": addresses.recipients(report.organization),
            "mails": desk_lists.mails_of(report),
            "moved": self.request.GET.get("moved", ""),
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "at_form": at_form,
            "typed": self.request.POST if at_form else {},
        }
        return self.render("care/desk/report.html", context, status=problem.status if problem else 200)

    def act(
        self, action: Callable[[MonthlyReport], Any], *, done: str, at_form: str = "", place: str = ""
    ) -> HttpResponseBase:
        """Run it once per form and come back to the page, at `place`."""
        report = self.report()

        def to(_result: Any) -> str:
            if done:
                messages.success(self.request, done)
            return reverse("care:desk_report", args=[self.kwargs["slug"], self.kwargs["month"]]) + place

        return self.submit(
            lambda: action(report),
            to=to,
            again=lambda problem: self.page(self.report(), problem=problem, at_form=at_form),
        )


class DeskReportPDF(ReportsDoor):
    """As it would be sent now, or as it was sent."""

    def get(self, request: HttpRequest, slug: str, month: str) -> HttpResponse:
        return pdf_response(self.report())


class Foreword(DeskReportPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, month: str) -> HttpResponseBase:
        foreword = request.POST.get("foreword", "")
        return self.act(
            lambda report: editing.write_foreword(report=report, foreword=foreword, at=clock.now(), by=self.person),
            done=_("The foreword is saved."),
            at_form="foreword",
        )


class NewRecommendation(DeskReportPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, month: str) -> HttpResponseBase:
        text = request.POST.get("text", "")
        return self.act(
            lambda report: editing.add(report=report, text=text, at=clock.now(), by=self.person),
            done=_("The recommendation is added."),
            at_form="new",
            place="#recommendations",
        )


class OneRecommendation(DeskReportPage):
    """POST `text` with `do=save|up|down|leave_out|take_in|remove`: what was typed is kept whichever it is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, month: str, recommendation: str) -> HttpResponseBase:
        do, text = request.POST.get("do", "save"), request.POST.get("text")
        moves = do in ("up", "down")
        return self.act(
            lambda report: self._change(report, access.recommendation_of(report, recommendation), do, text),
            done=""
            if moves
            else _("The recommendation is removed.")
            if do == "remove"
            else _("Your changes are saved."),
            at_form=recommendation,
            place=f"?moved={recommendation}-{do}" if moves else f"#recommendation-{recommendation}",
        )

    def _change(self, report: MonthlyReport, row: Recommendation, do: str, text: str | None) -> None:
        at, by = clock.now(), self.person
        if do == "remove":
            editing.remove(report=report, recommendation=row, at=at, by=by)
            return
        left_out = {"leave_out": True, "take_in": False}.get(do)
        editing.edit(report=report, recommendation=row, at=at, by=by, text=text, left_out=left_out)
        if do in ("up", "down"):
            editing.reorder(report=report, order=_moved(report, row, -1 if do == "up" else 1), at=at, by=by)


def _moved(report: MonthlyReport, row: Recommendation, by: int) -> list[int]:
    """The ids with that one a place earlier or later; at an end it stays."""
    order = [each.pk for each in access.recommendations_of(report)]
    place = order.index(row.pk)
    order.insert(max(place + by, 0), order.pop(place))
    return order


class Again(DeskReportPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, month: str) -> HttpResponseBase:
        return self.act(
            lambda report: remaking.make_again(report=report, at=clock.now(), by=self.person),
            done=_("The report is made anew. What people wrote and chose has stayed."),
        )


class Release(DeskReportPage):
    """POST: send it now, once it was confirmed. There is no way back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, month: str) -> HttpResponseBase:
        def release(report: MonthlyReport) -> MonthlyReport:
            if not request.POST.get("confirmed"):
                raise FieldErrors({"confirmed": [_("Confirm that you have looked through it.")]})
            return sending.release(report=report, at=clock.now(), by=self.person)

        return self.act(release, done=_("The report is on its way."), at_form="release")
