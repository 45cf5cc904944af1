"""What the API of people and organizations reads and writes (spec page 7)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.access import Reach
from accounts.models import ApiToken, EndCustomer, Invitation, Membership, Organization, Person
from accounts.tokens import last_day
from common.api import api_time
from common.models import AuditEntry

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Checked by the rules themselves, which know the sentence for each; here they only stand in the OpenAPI document.
ROLES = "owner, billing, member or viewer"


class OrganizationShape(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Organization.Kind.choices)
    partner_type = serializers.CharField(allow_null=True)
    caller_code = serializers.CharField()
    registered_email = serializers.EmailField()
    language = serializers.CharField()
    disabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class NewOrganization(serializers.Serializer):
    slug = serializers.CharField(max_length=200, help_text="2 to 40 small letters, digits and hyphens")
    name = serializers.CharField(max_length=200)
    kind = serializers.CharField(max_length=20, help_text="customer or partner")
    partner_type = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="consulting (default of a partner), technology, reseller or other",
    )


class OperatorOrganization(NewOrganization):
    owner_email = serializers.CharField(max_length=300)


class OrganizationChange(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    registered_email = serializers.CharField(max_length=300, required=False)
    language = serializers.CharField(max_length=10, required=False, help_text=", ".join(LANGUAGES))


class Reason(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class MemberShape(serializers.Serializer):
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(Membership.Role.choices)
    status = serializers.ChoiceField(["invited", "active"])
    since = serializers.DateTimeField(allow_null=True)
    invitation_ends_at = serializers.DateTimeField(allow_null=True)


class NewMember(serializers.Serializer):
    email = serializers.CharField(max_length=300)
    role = serializers.CharField(max_length=20, help_text=ROLES)


class RoleChange(serializers.Serializer):
    role = serializers.CharField(max_length=20, help_text=ROLES)


class TokenShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(ApiToken.Scope.choices)
    organization = serializers.CharField(allow_null=True)
    person = serializers.EmailField()
    hint = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True)
    last_used_on = serializers.DateField(allow_null=True)


class MadeTokenShape(TokenShape):
    token = serializers.CharField(help_text="The secret, shown this once")


class NewToken(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    scope = serializers.CharField(max_length=10, help_text="read or write; write includes read")
    expires_on = serializers.DateField(required=False, allow_null=True)
    organization = serializers.CharField(
        max_length=60, required=False, allow_null=True, help_text="Limit the token to this organization (its slug)"
    )


class EndCustomerShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)


class NewEndCustomer(serializers.Serializer):
    name = serializers.CharField(max_length=300)
    reference = serializers.CharField(max_length=300, required=False, allow_blank=True)


class EndCustomerChange(serializers.Serializer):
    name = serializers.CharField(max_length=300, required=False)
    reference = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AuditShape(serializers.Serializer):
    at = serializers.DateTimeField()
    by = serializers.CharField()
    action = serializers.CharField()
    object = serializers.CharField()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class PersonShape(serializers.Serializer):
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    theme = serializers.ChoiceField(Person.Theme.choices)
    staff_role = serializers.CharField(allow_null=True)


class PersonChange(serializers.Serializer):
    name = serializers.CharField(max_length=300, required=False, allow_blank=True)
    language = serializers.CharField(max_length=10, required=False, help_text=", ".join(LANGUAGES))
    theme = serializers.CharField(max_length=10, required=False, help_text="auto, light or dark")


class CalendarShape(serializers.Serializer):
    date = serializers.DateField()
    is_working = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    corrected = serializers.BooleanField(help_text="Whether an administrator entered this day")
    provisional = serializers.BooleanField(help_text="Whether the year's official calendar is not published yet")


class CalendarChange(serializers.Serializer):
    is_working = serializers.BooleanField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


def organization_body(organization: Organization) -> dict[str, Any]:
    return {
        "slug": organization.slug,
        "name": organization.name,
        "kind": organization.kind,
        "partner_type": organization.partner_type or None,
        "caller_code": organization.caller_code,
        "registered_email": organization.registered_email,
        "language": organization.language,
        "disabled": organization.is_disabled,
        "created_at": api_time(organization.created_at),
    }


def member_body(membership: Membership) -> dict[str, Any]:
    return {
        "email": membership.person.email,
        "name": membership.person.name,
        "role": membership.role,
        "status": "active",
        "since": api_time(membership.since),
        "invitation_ends_at": None,
    }


def invited_body(invitation: Invitation) -> dict[str, Any]:
    return {
        "email": invitation.email,
        "name": "",
        "role": invitation.role,
        "status": "invited",
        "since": None,
        "invitation_ends_at": api_time(invitation.expires_at),
    }


def token_body(token: ApiToken) -> dict[str, Any]:
    end = last_day(token)
    return {
        "id": token.pk,
        "name": token.name,
        "scope": token.scope,
        "organization": token.organization.slug if token.organization else None,
        "person": token.person.email,
        "hint": token.hint,
        "created_at": api_time(token.created_at),
        "expires_on": end.isoformat() if end else None,
        "last_used_on": token.last_used_on.isoformat() if token.last_used_on else None,
    }


def end_customer_body(end_customer: EndCustomer) -> dict[str, Any]:
    return {"id": end_customer.pk, "name": end_customer.name, "reference": end_customer.reference}


def audit_body(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": api_time(entry.at),
        "by": entry.by,
        "action": entry.action,
        "object": entry.object,
        "before": entry.before,
        "after": entry.after,
    }


def person_body(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "theme": person.theme,
        "staff_role": person.staff_role() or None,
    }


def is_self(reached: Reach, email: str) -> bool:
    """Whether a member's path names the asking person."""
    return email.strip().lower() == reached.person.email
