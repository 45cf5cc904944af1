"""Who plays in the tests: organizations and people with telling names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Membership, Organization, Person, StaffProfile
from accounts.tokens import create_token
from common import clock

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """People by `<role>_of_<organization>`; staff by role."""

    acme: Organization
    orbit: Organization
    pine: Organization
    isvsoft: Organization
    owner: Person
    billing: Person
    member: Person
    viewer: Person
    partner_owner: Person
    partner_member: Person
    outsider: Person
    vendor_owner: Person
    engineer: Person
    expert: Person
    tam: Person
    lead: Person
    billing_operator: Person
    admin: Person


def organization(slug: str, kind: str = "customer", partner_type: str = "", **fields: Any) -> Organization:
    return Organization.objects.create(
        slug=slug,
        name=slug.title(),
        kind=kind,
        partner_type=partner_type,
        caller_code=fields.pop("caller_code", f"{crc32(slug.encode()) % 10**8:08d}"),
        registered_email=f"support@{slug}.example",
        created_at=clock.now(),
        **fields,
    )


def person(email: str, organization: Organization | None = None, role: str = "member", **fields: Any) -> Person:
    someone = Person(email=email, name=fields.pop("name", email.split("@", maxsplit=1)[0].title()), **fields)
    someone.set_unusable_password()
    someone.save()
    if organization is not None:
        Membership.objects.create(organization=organization, person=someone, role=role, since=clock.now())
    return someone


def staff(email: str, role: str, level: str = "engineer") -> Person:
    someone = person(email)
    StaffProfile.objects.create(person=someone, role=role, level=level)
    return someone


def gather() -> Cast:
    acme = organization("acme")
    orbit = organization("orbit")
    pine = organization("pine", "partner", "consulting")
    isvsoft = organization("isvsoft", "partner", "technology")
    return Cast(
        acme=acme,
        orbit=orbit,
        pine=pine,
        isvsoft=isvsoft,
        owner=person("owner@acme.example", acme, "owner"),
        billing=person("billing@acme.example", acme, "billing"),
        member=person("member@acme.example", acme, "member"),
        viewer=person("viewer@acme.example", acme, "viewer"),
        partner_owner=person("owner@pine.example", pine, "owner"),
        partner_member=person("member@pine.example", pine, "member"),
        outsider=person("owner@orbit.example", orbit, "owner"),
        vendor_owner=person("owner@isvsoft.example", isvsoft, "owner"),
        engineer=staff("engineer@support.example", "engineer"),
        expert=staff("expert@support.example", "engineer", "expert"),
        tam=staff("tam@support.example", "tam", "senior"),
        lead=staff("lead@support.example", "lead", "senior"),
        billing_operator=staff("billing@support.example", "billing"),
        admin=staff("admin@support.example", "admin"),
    )


def browser_of(someone: Person, **headers: str) -> Client:
    """A browser in which that person is signed in."""
    browser = Client(headers=headers)
    browser.force_login(someone)
    return browser


def client_of(someone: Person | None = None, *, scope: str = "write") -> APIClient:
    client = APIClient(raise_request_exception=False)
    if someone is not None:
        _token, plain = create_token(person=someone, name="test", scope=scope, by=someone)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return client
