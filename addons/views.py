"""The quota page: a gauge for each quota and the ledger behind one; the plan page asks for its cards by htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.page_doors import OrganizationPage
from addons import access, wording
from addons.quota_listing import quotas_of
from addons.ticket_quota import TECHNICAL_TICKETS
from common import clock
from common.keyset import page_of


class QuotasPage(OrganizationPage):
    """`?code=` chooses the quota whose movements are shown."""

    area = "plan"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        at = clock.now()
        code = request.GET.get("code", TECHNICAL_TICKETS)
        page = page_of(access.entries_of(self.organization, code, at), before=request.GET.get("before"))
        quotas = quotas_of(self.organization, at)
        context = {
            "quotas": quotas,
            "code": code,
            "chosen": next((quota for quota in quotas if quota.code == code), None),
            "entries": [(entry, wording.describe(entry)) for entry in page.rows],
            "older": f"{page.older}&code={code}" if page.older else None,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        return self.render("addons/_quotas.html" if is_fragment else "addons/quotas.html", context)
