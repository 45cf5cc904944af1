"""The staff's page of an organization's overrides: see what was allowed, allow one change more."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import organization_named
from accounts.models import Organization
from accounts.page_doors import StaffPage, errors_of
from common import clock
from common.problems import Problem
from supportplans import access, overrides
from supportplans.change_frequency import ALLOWED_IN_WINDOW, WINDOW, changes_in_window


class OverrideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is allowed"),
        help_text=gettext_lazy("Kept with your name in the audit trail of the organization."),
        max_length=overrides.LONGEST_REASON,
    )


class OverridesPage(StaffPage):
    """`/desk/organizations/<slug>/overrides`."""

    area = "overrides"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(organization_named(slug), OverrideForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Allow one change within seven days."""
        organization = organization_named(slug)
        form = OverrideForm(request.POST)
        if not form.is_valid():
            return self._page(organization, form, status=400)
        return self.submit(
            lambda: overrides.allow_one_change(
                organization=organization, reason=form.cleaned_data["reason"], at=clock.now(), by=self.person
            ),
            to=lambda _granted: self._done(organization),
            again=lambda problem: self._refused(organization, form, problem),
        )

    def _done(self, organization: Organization) -> str:
        messages.success(self.request, _("One more change is allowed within seven days."))
        return reverse("supportplans:overrides", args=[organization.slug])

    def _refused(self, organization: Organization, form: OverrideForm, problem: Problem) -> HttpResponse:
        for sentences in errors_of(problem).values():
            for sentence in sentences:
                form.add_error("reason", sentence)
        return self._page(organization, form, status=problem.status)

    def _page(self, organization: Organization, form: OverrideForm, *, status: int = 200) -> HttpResponse:
        at = clock.now()
        context = {
            "organization": organization,
            "form": form,
            "given": overrides.overrides_of(organization)[:50],
            "live": overrides.live(organization, at),
            "changes": changes_in_window(access.tier_history(organization, at), at),
            "allowed": ALLOWED_IN_WINDOW,
            "days": WINDOW.days,
            "now": at,
        }
        return self.render("supportplans/overrides.html", context, status=status)
