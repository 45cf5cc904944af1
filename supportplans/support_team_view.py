"""The organization's page of its support team."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.page_doors import OrganizationPage
from common import clock
from supportplans import support_team


class SupportTeamPage(OrganizationPage):
    """`/o/<slug>/support-team`: the line, the group, the manager, and what other plans would add."""

    area = "plan"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        begins, ends = settings.TAM_HOURS
        context = {
            "team": support_team.team(self.organization, clock.now()),
            "begins": f"{begins:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("supportplans/support_team.html", context)
