"""Desk pages of billing operators: months and their settlements, exports, the ledger. Thin doors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.page_doors import StaffPage, with_errors
from accounts.roles import allows, staff_role_key
from billing.ledger import check as ledger_check
from billing.operators import access as operator_access
from billing.operators import exports
from billing.settlement import months as settlement
from billing.settlement import overview as settlement_overview
from common import clock, spreadsheets, tenancy
from common.beijing import Month
from common.problems import FieldErrors


class OperatorPage(StaffPage):
    """`/desk/billing/…`: billing operators act here, administrators read; `may_act` tells templates."""

    area = "orders"

    def context(self) -> dict[str, Any]:
        role = staff_role_key(self.person.staff_role() or "")
        return super().context() | {"may_act": allows(role, self.area, "W")}


class SettlementsPage(OperatorPage):
    """`/desk/billing/settlements`: the months with what was settled and what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        months = settlement_overview.months(clock.now())
        return self.render("billing/operator_settlements.html", {"months": months})


class SettledMonthPage(OperatorPage):
    """`/desk/billing/settlements/<month>`: its settlements, page by page."""

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        overview = settlement_overview.month_named(month, clock.now())
        page = settlement_overview.settlements_in(overview.month, before=request.GET.get("before"))
        return self.render("billing/operator_month.html", {"overview": overview, "page": page})


class RunSettlementPage(OperatorPage):
    """`/desk/billing/settlements/<month>/run`: asks, then settles; a run commits batch by batch.

    It needs no key of the form: a month is settled once, ever, and a run again says that nothing was left.
    """

    access = {"GET": "W"}
    atomic = False

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        with tenancy.everything():
            months = settlement_overview.months(clock.now())
            overview = settlement_overview.month_named(month, clock.now())
            before = [one for one in reversed(months) if one.first_day < overview.first_day and one.missing]
            return self.render("billing/operator_run_settlement.html", {"overview": overview, "before": before})

    def post(self, request: HttpRequest, month: str) -> HttpResponseBase:
        with tenancy.everything():
            asked = settlement_overview.month_named(month, clock.now()).month
        settled, already = settlement.settle(asked, at=clock.now(), by=self.person)
        messages.success(request, _told(asked, settled, already))
        return self.go(reverse("billing:operator-month", args=[month]))


def _told(month: Month, settled: int, already: int) -> str:
    done = ngettext(
        "%(month)s: %(settled)s organization settled now", "%(month)s: %(settled)s organizations settled now", settled
    ) % {"month": month, "settled": settled}
    before = ngettext("%(count)s settled before", "%(count)s settled before", already) % {"count": already}
    return _("%(done)s, %(before)s.") % {"done": done, "before": before}


class PeriodForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ExportsPage(OperatorPage):
    """`/desk/billing/exports`: which period, and what of it; first the month before."""

    def get(self, request: HttpRequest) -> HttpResponse:
        month = Month.of_instant(clock.now()).previous()
        return self.asked(PeriodForm(initial={"first": month.first_day, "last": month.last_day}))

    def asked(self, form: PeriodForm, status: int = 200) -> HttpResponse:
        return self.render("billing/operator_exports.html", {"form": form}, status=status)


class ExportFile(ExportsPage):
    """`/desk/billing/exports/<name>.csv?first=…&last=…`: sent while it is read."""

    export: exports.Export = exports.LEDGER

    def get(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        form = PeriodForm(request.GET)
        if not form.is_valid():
            return self.asked(form, status=400)
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        try:
            parts = exports.begin(self.export, first=first, last=last, by=self.person)
        except FieldErrors as problem:
            return self.asked(with_errors(form, problem), status=problem.status)
        return spreadsheets.stream(f"{self.export.name}-{first}-{last}.csv", self.export.header, parts)


class LedgerPage(OperatorPage):
    """`/desk/billing/ledger`: whether it fits, what does not, and the balances over all organizations."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "misfits": ledger_check.problems(),
            "most_named": ledger_check.LIMIT,
            "balances": operator_access.account_balances(),
        }
        return self.render("billing/operator_ledger.html", context)
