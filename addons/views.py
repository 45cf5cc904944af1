"""The quota page: a gauge and the ledger behind it; the plan page asks for its card by htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.page_doors import OrganizationPage
from addons import access, wording
from addons.quota_listing import quotas_of
from addons.ticket_quota import TECHNICAL_TICKETS
from common import clock
from common.keyset import page_of


class QuotasPage(OrganizationPage):
    area = "plan"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = access.entries_of(self.organization, TECHNICAL_TICKETS)
        page = page_of(rows, before=request.GET.get("before"))
        context = {
            "quotas": quotas_of(self.organization, clock.now()),
            "entries": [(entry, wording.describe(entry)) for entry in page.rows],
            "page": page,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        return self.render("addons/_quotas.html" if is_fragment else "addons/quotas.html", context)
