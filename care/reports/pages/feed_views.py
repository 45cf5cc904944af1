"""What the provider's systems have delivered for reports, for who runs the feeds: received or missing, no content."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.page_doors import StaffPage
from care.reports import desk_lists
from care.reports.pages.desk_views import month_asked
from common.keyset import page_of


class FeedsPage(StaffPage):
    """`/desk/feeds?month=2026-10`."""

    area = "feeds_and_clock"

    def get(self, request: HttpRequest) -> HttpResponse:
        month = month_asked(request)
        page = page_of(desk_lists.of_month(month), before=request.GET.get("before"), size=50)
        counts = desk_lists.counts(month)
        context = {
            "rows": desk_lists.with_feeds(page.rows),
            "older": f"{page.older}&month={month}" if page.older else None,
            "month": month,
            "months": sorted({month, *desk_lists.months()}, reverse=True),
            "received": desk_lists.received(month),
            "waiting": counts["scheduled"] + counts["ready"],
            "sees_reports": self.person.staff_role() != "billing",
        }
        return self.render("care/desk/feeds.html", context)
