"""The spending page and its budget form. Thin doors: parse, call one function, render."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.page_doors import OrganizationPage, errors_of, with_errors
from billing.settlement import explained as settlement_view
from billing.usage import budgets, spending
from billing.usage.days import usage_of_month
from billing.usage.forecast import forecast_of
from common import clock
from common.beijing import Month
from common.problems import Problem
from supportplans.entitlements import entitlements

# How far back the page goes by its own links.
OLDEST_MONTHS = 36


class BudgetForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Budget for incremental fees a month, in yuan"),
        required=False,
        max_digits=14,
        decimal_places=2,
        help_text=gettext_lazy("Owners and billing are told at 80 and at 100 %. Leave it empty to have no budget."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "min": "0.01", "step": "0.01"}),
    )


class SpendingPage(OrganizationPage):
    """`/o/<slug>/spending?month=2026-11`: usage by day, spending by month, the forecast, settlements explained."""

    area = "usage"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page()

    def _page(self, form: BudgetForm | None = None, problem: Problem | None = None) -> HttpResponse:
        now = clock.now()
        this_month = Month.of_instant(now)
        month = _month(self.request.GET.get("month", ""), this_month)
        held = entitlements(self.organization, now)
        by_month = spending.spent_by_month(self.organization, this_month)
        context: dict[str, Any] = {
            "month": month,
            "is_this_month": month == this_month,
            "earlier": month.previous() if _distance(month, this_month) < OLDEST_MONTHS else None,
            "later": month.next() if month < this_month else None,
            "picture": spending.usage_picture(usage_of_month(self.organization, month), held.catalogue),
            "spent": by_month,
            "spending_chart": spending.spending_chart(by_month),
            "settlement": settlement_view.settlement_of(self.organization, month),
            "settles_at": month.next().first_day,
            "problem": problem if problem is not None and not errors_of(problem) else None,
        }
        if month == this_month:
            found = forecast_of(self.organization, now)
            context["forecast"] = found
            context["budget_form"] = form or BudgetForm(initial={"amount": found.budget})
        status = problem.status if problem else 400 if form and form.errors else 200
        return self.render("billing/spending.html", context, status=status)


class BudgetPage(SpendingPage):
    """Sets the monthly budget, or removes it; who may buy may say how much is to be spent."""

    area = "orders"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = BudgetForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        amount = form.cleaned_data["amount"]
        return self.submit(
            lambda: budgets.set_budget(organization=self.organization, amount=amount, by=self.person),
            to=self._saved,
            again=lambda problem: self._page(with_errors(form, problem), problem),
        )

    def _saved(self, budget: object) -> str:
        sentence = _("There is no budget any more.") if budget is None else _("Your budget was saved.")
        messages.success(self.request, sentence)
        return reverse("billing:spending", args=[self.organization.slug])


def _month(typed: str, this_month: Month) -> Month:
    """What the address names; this month where it names none, or one to come."""
    try:
        return min(Month.parse(typed), this_month)
    except ValueError:
        return this_month


def _distance(earlier: Month, later: Month) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
