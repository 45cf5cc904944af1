"""Pages: the public comparison of plans, an organization's plan, and its renewal switch."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.generic import View

from accounts.access import Rights
from accounts.page_doors import OrganizationPage
from common import clock
from common.problems import Problem
from supportplans import comparison, plan_overview
from supportplans.eligibility import plan_url
from supportplans.reader import reader_of
from supportplans.subscriptions import set_auto_renew


class PlansPage(View):
    """`/plans`: open to everyone; who is signed in sees their own tier marked and may choose another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request.user, request.GET.get("organization", ""), clock.now())
        table = comparison.table(
            reader,
            family=request.GET.get("family", ""),
            cycle=request.GET.get("cycle", ""),
            language=get_language() or "en",
        )
        rights = Rights(reader.reach) if reader.reach else None
        context = {"table": table, "reader": reader, "reach": reader.reach, "may": rights}
        return render(request, "supportplans/plans.html", context)


class PlanPage(OrganizationPage):
    """`/o/<slug>/plan`: what the organization holds; htmx asks for the plan alone when it changed."""

    area = "plan"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        plan = plan_overview.overview(self.organization, clock.now(), get_language() or "en")
        is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
        template = "supportplans/_plan.html" if is_fragment else "supportplans/plan.html"
        context = {
            "plan": plan,
            "refund_rules_url": settings.REFUND_RULES_URL,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render(template, context)


class AutoRenewPage(OrganizationPage):
    """Asks before the switch is turned; POST turns it."""

    area = "plan"
    access = {"GET": "W", "POST": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._ask()

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        on = request.POST.get("auto_renew") == "on"
        at = clock.now()
        return self.submit(
            lambda: set_auto_renew(organization=self.organization, on=on, at=at, by=self.person),
            to=lambda _held: plan_url(self.organization),
            again=self._ask,
        )

    def _ask(self, problem: Problem | None = None) -> HttpResponse:
        plan = plan_overview.overview(self.organization, clock.now(), get_language() or "en")
        status = problem.status if problem else 200
        return self.render("supportplans/auto_renew.html", {"plan": plan, "problem": problem}, status=status)
