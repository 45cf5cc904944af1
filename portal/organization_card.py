"""The organization card of the desk's ticket page: who asks, under which plan, what is left, what else is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.access import reach
from accounts.models import Organization
from addons import ticket_quota
from addons.access import OPEN, bookings_of
from care.advisories import access as advisories
from common import clock
from supportplans import access as plans
from supportplans.entitlements import entitlements
from tickets import own_tickets
from tickets.average_satisfaction import BEST, satisfaction_of
from tickets.views.desk_queue import DeskPage

OPEN_SHOWN, BOOKINGS_SHOWN, ADVISORIES_SHOWN = 5, 3, 3


class OrganizationCard(DeskPage):
    """`/desk/organizations/<slug>/card`: a fragment; `?ticket=` leaves out the ticket that is looked at."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        organization = reach(self.person, slug).organization
        shown = card(organization, at=clock.now(), without=request.GET.get("ticket", ""))
        return self.render("portal/_organization_card.html", shown)


def card(organization: Organization, *, at: datetime, without: str = "") -> dict[str, Any]:
    """What templates/portal/_organization_card.html shows, in seven statements; inside the scope of all tenants."""
    held = entitlements(organization, at)
    wants_manager = held.allows("tam")
    found = own_tickets.most_urgent(organization, OPEN_SHOWN + 1)
    others = [ticket for ticket in found.rows if ticket.number != without]
    return {
        "organization": organization,
        "held": held,
        "balance": ticket_quota.balance(organization, at, held) if held.technical_included else None,
        "managers": plans.tams_of(organization.pk) if wants_manager else [],
        "wants_manager": wants_manager,
        "satisfaction": satisfaction_of(organization, at=at),
        "best": BEST,
        "bookings": bookings_of(organization).filter(status__in=OPEN).order_by("starts_on", "pk")[:BOOKINGS_SHOWN],
        "advisories": advisories.recent(organization, ADVISORIES_SHOWN),
        "others": others[:OPEN_SHOWN],
        "has_more": found.more or len(others) > OPEN_SHOWN,
    }
