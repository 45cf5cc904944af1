"""Organizations that get no reports: who, why, since when and by whom; the staff set and lift it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import organization_named
from accounts.page_doors import StaffPage, errors_of
from care.models import ReportExclusion
from care.reports import access, exclusions
from common import clock
from common.keyset import page_of
from common.problems import FieldErrors, NotFound, Problem


class Exclusions(StaffPage):
    """`/desk/report-exclusions`; `?organization=zenith` fills the form. POST sets one, or changes its reason."""

    area = "reports"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        def to(kept: ReportExclusion) -> str:
            messages.success(request, _("%(name)s gets no reports from now on.") % {"name": kept.organization.name})
            return reverse("care:report_exclusions")

        return self.submit(self._exclude, to=to, again=self.page)

    def _exclude(self) -> ReportExclusion:
        asked = self.request.POST
        try:
            organization = organization_named(asked.get("organization", "").strip())
        except NotFound as unknown:
            raise FieldErrors({"organization": [_("There is no such organization.")]}) from unknown
        return exclusions.exclude(
            organization=organization,
            reason=asked.get("reason", ""),
            note=asked.get("note", ""),
            at=clock.now(),
            by=self.person,
        )

    def page(self, problem: Problem | None = None) -> HttpResponse:
        page = page_of(access.exclusions(), before=self.request.GET.get("before"))
        context: dict[str, Any] = {
            "exclusions": page.rows,
            "older": page.older,
            "can_write": self.can_write,
            "reasons": ReportExclusion.Reason.choices,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "typed": self.request.POST if problem is not None else self.request.GET,
        }
        return self.render("care/desk/report_exclusions.html", context, status=problem.status if problem else 200)


class LiftExclusion(Exclusions):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str = "") -> HttpResponseBase:
        organization = organization_named(slug)

        def to(_nothing: None) -> str:
            messages.success(request, _("%(name)s gets reports again.") % {"name": organization.name})
            return reverse("care:report_exclusions")

        return self.submit(
            lambda: exclusions.include(organization=organization, at=clock.now(), by=self.person),
            to=to,
            again=self.page,
        )
