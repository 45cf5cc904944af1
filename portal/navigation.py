"""What the page frame asks for only when it is opened: the organizations of the switcher."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.access import organizations_of
from accounts.page_doors import PersonPage

# A consultant may sit in many organizations; beyond this the list is no list any more.
MOST_SHOWN = 50


class OwnOrganizations(PersonPage):
    """`/home/organizations?at=<slug>`: a fragment with the person's organizations; none for staff, who see all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = [] if self.person.staff_role() else organizations_of(self.person).order_by("name")[:MOST_SHOWN]
        shown = {"own_organizations": own, "at": request.GET.get("at", "")}
        return self.render("components/_organization_list.html", shown)
