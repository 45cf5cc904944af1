"""Pages that draw on every app: the welcome page, each person's home, the API's documentation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import TemplateView, View

from accounts.access import organizations_of
from accounts.page_doors import OrganizationPage, PersonPage
from accounts.roles import allows, staff_role_key
from portal.api_docs import groups
from portal.gallery import samples


class WelcomePage(View):
    """`/`: what this is, for strangers; signed-in people go home."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("portal:home")
        return render(request, "portal/welcome.html")


class HomeRedirect(PersonPage):
    """`/home`: staff to the desk or to billing, members to their organization, others to make one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        role = self.person.staff_role()
        if role:
            sees_tickets = allows(staff_role_key(role), "tickets", "R")
            return redirect("tickets:queue" if sees_tickets else "billing:usage-loads")
        first = organizations_of(self.person).order_by("memberships__since").first()
        if first is None:
            return redirect("accounts:new_organization")
        return redirect("portal:organization", slug=first.slug)


class OrganizationHome(OrganizationPage):
    """An organization's home: plan, quota, open tickets with their countdowns."""

    area = "organization"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        from portal.home import overview

        return self.render("portal/organization_home.html", overview(self.reach))


class ApiDocsView(View):
    """Browsable documentation drawn from the OpenAPI document."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "portal/api_docs.html", {"schema_url": reverse("api-schema"), "groups": groups()})


class GalleryPage(TemplateView):
    """Every component on one page, in demo and test."""

    template_name = "portal/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, gallery=samples())
