"""Pages of an organization about itself: members, settings, end customers, audit trail; and the desk's list of all."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, audit_words, end_customers, invitations, joining, membership
from accounts.forms import EndCustomerForm, InviteForm, OrganizationForm
from accounts.models import EndCustomer, Membership
from accounts.page_doors import OrganizationPage, StaffPage, errors_of, with_errors
from common.keyset import page_of
from common.problems import OrganizationDisabled, Problem


class MembersPage(OrganizationPage):
    area = "members"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page(InviteForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Invite."""
        form = InviteForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        return self.submit(
            lambda: invitations.invite(organization=self.organization, by=self.person, **form.cleaned_data),
            to=lambda invited: self.done(_("An invitation is on its way to %(email)s.") % {"email": invited.email}),
            again=lambda problem: self.page(with_errors(form, problem), problem=problem, status=problem.status),
        )

    def page(self, form: InviteForm, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        members = list(access.memberships_of(self.organization))
        context = {
            "form": form,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "members": members,
            "others": [one for one in members if one.person_id != self.person.pk],
            "invitations": access.open_invitations(self.organization),
            "roles": Membership.Role.choices,
            "is_owner": self.reach.role == Membership.Role.OWNER,
        }
        return self.render("accounts/members.html", context, status=status)

    def done(self, sentence: str) -> str:
        """Say it on the next page, which is this one."""
        messages.success(self.request, sentence)
        return reverse("accounts:members", args=[self.organization.slug])


class MemberRole(MembersPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, email: str = "") -> HttpResponseBase:
        role = request.POST.get("role", "")

        def change() -> Any:
            if access.is_member(self.organization, email):
                return membership.change_role(organization=self.organization, email=email, role=role, by=self.person)
            invited = access.open_invitation(self.organization, email)
            return invitations.change_invited_role(invitation=invited, role=role, by=self.person)

        return self.submit(
            change,
            to=lambda _changed: self.done(_("The role was changed.")),
            again=lambda problem: self.page(InviteForm(), problem=problem, status=problem.status),
        )


class RemoveMember(MembersPage):
    """Asks once more, then removes."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, email: str = "") -> HttpResponse:
        return self._ask(email)

    def post(self, request: HttpRequest, slug: str, email: str = "") -> HttpResponseBase:
        return self.submit(
            lambda: membership.remove_member(organization=self.organization, email=email, by=self.person),
            to=lambda _nothing: self.done(_("%(email)s is no longer a member.") % {"email": email}),
            again=lambda problem: self._ask(email, problem),
        )

    def _ask(self, email: str, problem: Problem | None = None) -> HttpResponse:
        member = access.member(self.organization, email)
        context = {"member": member, "problem": problem}
        return self.render("accounts/remove_member.html", context, status=problem.status if problem else 200)


class ResendInvitation(MembersPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, email: str = "") -> HttpResponseBase:
        invited = access.open_invitation(self.organization, email)
        return self.submit(
            lambda: invitations.resend(invitation=invited, by=self.person),
            to=lambda _sent: self.done(_("The invitation was sent again; the earlier link has ended.")),
            again=lambda problem: self.page(InviteForm(), problem=problem, status=problem.status),
        )


class RevokeInvitation(MembersPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, email: str = "") -> HttpResponseBase:
        invited = access.open_invitation(self.organization, email)
        return self.submit(
            lambda: invitations.revoke(invitation=invited, by=self.person),
            to=lambda _nothing: self.done(_("The invitation has ended.")),
            again=lambda problem: self.page(InviteForm(), problem=problem, status=problem.status),
        )


class HandOver(MembersPage):
    """Makes another member an owner and the acting owner an ordinary member."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        to = request.POST.get("to", "")

        def done(_made: Membership) -> str:
            messages.success(request, _("%(email)s is an owner now; you are a member.") % {"email": to})
            return reverse("portal:organization", args=[self.organization.slug])

        return self.submit(
            lambda: membership.hand_over(organization=self.organization, to=to, by=self.person),
            to=done,
            again=lambda problem: self.page(InviteForm(), problem=problem, status=problem.status),
        )


class LeavePage(OrganizationPage):
    """Everybody may leave; the last owner hands over first."""

    area = "organization"
    access = {"POST": "R"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._ask()

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        def leave() -> None:
            membership.remove_member(organization=self.organization, email=self.person.email, by=self.person)

        def done(_nothing: None) -> str:
            messages.success(request, _("You left %(name)s.") % {"name": self.organization.name})
            return reverse("portal:home")

        return self.submit(leave, to=done, again=self._ask)

    def _ask(self, problem: Problem | None = None) -> HttpResponse:
        member = access.member(self.organization, self.person.email)
        context = {"member": member, "problem": problem, "is_leaving": True}
        return self.render("accounts/remove_member.html", context, status=problem.status if problem else 200)


class OrganizationSettingsPage(OrganizationPage):
    area = "members"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(OrganizationForm(instance=self.organization))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = OrganizationForm(request.POST, instance=copy(self.organization))
        if not form.is_valid():
            return self._page(form, status=400)

        def change() -> None:
            if self.organization.is_disabled:
                raise OrganizationDisabled
            joining.change_organization(organization=self.organization, by=self.person, **form.cleaned_data)

        def done(_nothing: None) -> str:
            messages.success(request, _("Saved."))
            return reverse("accounts:organization_settings", args=[self.organization.slug])

        return self.submit(
            change, to=done, again=lambda problem: self._page(with_errors(form, problem), problem=problem)
        )

    def _page(self, form: OrganizationForm, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        context = {"form": form, "problem": problem if problem is not None and not errors_of(problem) else None}
        status = problem.status if problem else status
        return self.render("accounts/organization_settings.html", context, status=status)


class EndCustomersPage(OrganizationPage):
    """A partner's own customers, by name."""

    area = "tickets"

    def enter(self) -> None:
        super().enter()
        end_customers.check_partner(self.organization)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(EndCustomerForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = EndCustomerForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)
        return self.submit(
            lambda: end_customers.add_end_customer(organization=self.organization, by=self.person, **form.cleaned_data),
            to=lambda added: self._done(added, _("%(name)s was added.")),
            again=lambda problem: self._page(with_errors(form, problem), problem=problem, status=problem.status),
        )

    def _done(self, end_customer: EndCustomer, sentence: str) -> str:
        messages.success(self.request, sentence % {"name": end_customer.name})
        return reverse("accounts:end_customers", args=[self.organization.slug])

    def _page(self, form: EndCustomerForm, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        page = page_of(
            access.end_customers_of(self.organization).order_by("-pk"), before=self.request.GET.get("before"), size=50
        )
        shown = problem if problem is not None and not errors_of(problem) else None
        context = {"form": form, "page": page, "problem": shown}
        return self.render("accounts/end_customers.html", context, status=status)


class EndCustomerPage(EndCustomersPage):
    """Change one, or take it off the list."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
        known = access.end_customer(self.organization, number)
        return self._edit(known, EndCustomerForm(initial={"name": known.name, "reference": known.reference}))

    def post(self, request: HttpRequest, slug: str, number: int = 0) -> HttpResponseBase:
        known = access.end_customer(self.organization, number)
        if "archive" in request.POST:
            return self.submit(
                lambda: end_customers.archive_end_customer(end_customer=known, by=self.person),
                to=lambda _nothing: self._done(known, _("%(name)s is no longer offered; its tickets stay.")),
                again=lambda problem: self._edit(known, EndCustomerForm(), problem),
            )
        form = EndCustomerForm(request.POST)
        if not form.is_valid():
            return self._edit(known, form, status=400)
        return self.submit(
            lambda: end_customers.change_end_customer(end_customer=known, by=self.person, **form.cleaned_data),
            to=lambda changed: self._done(changed, _("%(name)s was saved.")),
            again=lambda problem: self._edit(known, with_errors(form, problem), problem),
        )

    def _edit(
        self, known: EndCustomer, form: EndCustomerForm, problem: Problem | None = None, status: int = 200
    ) -> HttpResponse:
        shown = problem if problem is not None and not errors_of(problem) else None
        context = {"form": form, "end_customer": known, "problem": shown}
        return self.render("accounts/end_customer.html", context, status=problem.status if problem else status)


class AuditPage(OrganizationPage):
    """Every change of money, access and plan."""

    area = "audit"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = page_of(access.audit_of(self.organization), before=request.GET.get("before"), size=50)
        entries = [(entry, audit_words.describe(entry), audit_words.changes(entry)) for entry in page.rows]
        return self.render("accounts/audit.html", {"entries": entries, "page": page})


class OrganizationsPage(StaffPage):
    """All organizations, for staff: found by name, address or caller code."""

    area = "organization"

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "")[:120]
        page = page_of(access.search_organizations(text).order_by("-pk"), before=request.GET.get("before"), size=50)
        return self.render("accounts/organizations.html", {"page": page, "q": text})
