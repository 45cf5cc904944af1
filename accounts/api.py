"""API doors of an organization: itself, members, tokens, end customers, audit trail; and the person's own settings."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, api_shapes, end_customers, invitations, joining, membership, people, tokens
from accounts.api_doors import OrganizationAPIView, PersonAPIView
from accounts.api_shapes import (
    AuditShape,
    EndCustomerChange,
    EndCustomerShape,
    MadeTokenShape,
    MemberShape,
    NewEndCustomer,
    NewMember,
    NewOrganization,
    NewToken,
    OrganizationChange,
    OrganizationShape,
    PersonChange,
    PersonShape,
    RoleChange,
    TokenShape,
)
from accounts.models import Organization
from common.api import listed, whole_list
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.problems import FieldErrors, NotFound, PermissionDenied


class MeView(PersonAPIView):
    @extend_schema(responses=PersonShape)
    def get(self, request: Request) -> Response:
        """Whose token or session this is."""
        return Response(api_shapes.person_body(self.person))

    @extend_schema(request=PersonChange, responses=PersonShape)
    def patch(self, request: Request) -> Response:
        """Change name, language or theme."""
        asked = read(PersonChange, request)
        if "name" in asked:
            people.rename(by=self.person, name=asked["name"])
        people.choose_preferences(by=self.person, language=asked.get("language"), theme=asked.get("theme"))
        return Response(api_shapes.person_body(self.person))


class OrganizationsView(PersonAPIView):
    @extend_schema(operation_id="orgs_list", parameters=PAGES, responses={200: list_of(OrganizationShape)})
    def get(self, request: Request) -> Response:
        """The organizations that this person and token reach."""
        rows = access.organizations_of(self.person)
        if self.token and self.token.organization_id is not None:
            rows = rows.filter(pk=self.token.organization_id)
        return listed(self, rows, api_shapes.organization_body)

    @extend_schema(request=NewOrganization, responses={201: OrganizationShape})
    def post(self, request: Request) -> Response:
        """Make an organization and own it."""
        if self.token and self.token.organization_id is not None:
            raise PermissionDenied(_("This token is limited to one organization."))
        asked = read(NewOrganization, request)
        asked["partner_type"] = asked.get("partner_type") or ""
        made = joining.create_organization(by=self.person, owner=self.person, **asked)
        return Response(api_shapes.organization_body(made), status=201)


class OrganizationView(OrganizationAPIView):
    area = "organization"
    access = {"PATCH": "R"}

    def enter(self) -> None:
        super().enter()
        if self.request.method == "PATCH":
            self.reach.require("members", "W")

    @extend_schema(operation_id="orgs_retrieve", responses=OrganizationShape)
    def get(self, request: Request, slug: str) -> Response:
        return Response(api_shapes.organization_body(self.organization))

    @extend_schema(request=OrganizationChange, responses=OrganizationShape)
    def patch(self, request: Request, slug: str) -> Response:
        """Change name, registered mailbox or language: owners."""
        asked = read(OrganizationChange, request)
        self.refuse_when_disabled()
        now = {name: getattr(self.organization, name) for name in ("name", "registered_email", "language")}
        changed = joining.change_organization(organization=self.organization, by=self.person, **(now | asked))
        return Response(api_shapes.organization_body(changed))


class MembersView(OrganizationAPIView):
    area = "members"

    @extend_schema(operation_id="members_list", responses={200: list_of(MemberShape)})
    def get(self, request: Request, slug: str) -> Response:
        """Members, then open invitations."""
        rows = [api_shapes.member_body(one) for one in access.memberships_of(self.organization)]
        return whole_list(rows + [api_shapes.invited_body(one) for one in access.open_invitations(self.organization)])

    @extend_schema(request=NewMember, responses={201: MemberShape})
    def post(self, request: Request, slug: str) -> Response:
        """Invite by e-mail; a repeat sends the invitation again with 7 new days."""
        invitation = invitations.invite(organization=self.organization, by=self.person, **read(NewMember, request))
        return Response(api_shapes.invited_body(invitation), status=201)


class MemberView(OrganizationAPIView):
    # Everybody may leave: the members' area is asked for in enter(), where leaving is known.
    area = "organization"
    access = {"PATCH": "R", "DELETE": "R"}

    def enter(self) -> None:
        super().enter()
        is_leaving = self.request.method == "DELETE" and api_shapes.is_self(self.reach, self.kwargs["email"])
        if not is_leaving:
            self.reach.require("members", "R" if self.request.method == "GET" else "W")

    @extend_schema(responses=MemberShape)
    def get(self, request: Request, slug: str, email: str) -> Response:
        try:
            return Response(api_shapes.member_body(access.member(self.organization, email)))
        except NotFound:
            return Response(api_shapes.invited_body(access.open_invitation(self.organization, email)))

    @extend_schema(request=RoleChange, responses=MemberShape)
    def patch(self, request: Request, slug: str, email: str) -> Response:
        """Give a member, or an invited person, another role. 409 `last_owner` for the last owner."""
        role = read(RoleChange, request)["role"]
        if access.is_member(self.organization, email):
            changed = membership.change_role(organization=self.organization, email=email, role=role, by=self.person)
            return Response(api_shapes.member_body(changed))
        invited = access.open_invitation(self.organization, email)
        self.refuse_when_disabled()
        changed_invitation = invitations.change_invited_role(invitation=invited, role=role, by=self.person)
        return Response(api_shapes.invited_body(changed_invitation))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, email: str) -> Response:
        """Remove a member or revoke an invitation; one's own e-mail leaves. 409 `last_owner` for the last owner."""
        if access.is_member(self.organization, email):
            membership.remove_member(organization=self.organization, email=email, by=self.person)
        else:
            invited = access.open_invitation(self.organization, email)
            invitations.revoke(invitation=invited, by=self.person)
        return Response(status=204)


class InvitationView(PersonAPIView):
    @extend_schema(request=None, responses={200: OrganizationShape})
    def post(self, request: Request, token: str) -> Response:
        """Accept an invitation that was mailed to this person."""
        joined = invitations.accept(token=token, by=self.person)
        return Response(api_shapes.organization_body(joined.organization))


class TokensView(OrganizationAPIView):
    area = "own_tokens"
    access = {"GET": "W"}

    @extend_schema(operation_id="tokens_list", parameters=PAGES, responses={200: list_of(TokenShape)})
    def get(self, request: Request, slug: str) -> Response:
        """Own tokens that reach the organization; for owners all that were made for it."""
        return listed(self, access.tokens_in(self.reach), api_shapes.token_body)

    @extend_schema(request=NewToken, responses={201: MadeTokenShape})
    def post(self, request: Request, slug: str) -> Response:
        """A new token of one's own; its secret is in this answer only."""
        asked = read(NewToken, request)
        token, secret = tokens.make_own_token(
            by=self.person,
            name=asked["name"],
            scope=asked["scope"],
            expires_on=asked.get("expires_on"),
            organization=self._limit(asked.get("organization")),
            asked_with=self.token,
        )
        return Response(api_shapes.token_body(token) | {"token": secret}, status=201)

    def _limit(self, slug: str | None) -> Organization | None:
        if slug is None:
            return None
        if slug == self.organization.slug:
            return self.organization
        raise FieldErrors({"organization": [_("Name the organization of this address, or leave it out.")]})


class TokenView(OrganizationAPIView):
    area = "own_tokens"

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """End a token at once."""
        tokens.revoke_token(token=access.token(access.tokens_in(self.reach), number), by=self.person)
        return Response(status=204)


class EndCustomersView(OrganizationAPIView):
    area = "tickets"

    @extend_schema(operation_id="end_customers_list", parameters=PAGES, responses={200: list_of(EndCustomerShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.end_customers_of(self.organization), api_shapes.end_customer_body)

    @extend_schema(request=NewEndCustomer, responses={201: EndCustomerShape})
    def post(self, request: Request, slug: str) -> Response:
        """Partners name whom they serve; 409 `partners_only` for customers."""
        asked = read(NewEndCustomer, request)
        added = end_customers.add_end_customer(organization=self.organization, by=self.person, **asked)
        return Response(api_shapes.end_customer_body(added), status=201)


class EndCustomerView(OrganizationAPIView):
    area = "tickets"

    @extend_schema(responses=EndCustomerShape)
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(api_shapes.end_customer_body(access.end_customer(self.organization, number)))

    @extend_schema(request=EndCustomerChange, responses=EndCustomerShape)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        known = access.end_customer(self.organization, number)
        asked = {"name": known.name, "reference": known.reference} | read(EndCustomerChange, request)
        changed = end_customers.change_end_customer(end_customer=known, by=self.person, **asked)
        return Response(api_shapes.end_customer_body(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """It is no longer offered; tickets keep it."""
        known = access.end_customer(self.organization, number)
        end_customers.archive_end_customer(end_customer=known, by=self.person)
        return Response(status=204)


class AuditView(OrganizationAPIView):
    area = "audit"

    @extend_schema(operation_id="audit_list", parameters=PAGES, responses={200: list_of(AuditShape)})
    def get(self, request: Request, slug: str) -> Response:
        """Every change of money, access and plan, newest first."""
        return listed(self, access.audit_of(self.organization), api_shapes.audit_body)
