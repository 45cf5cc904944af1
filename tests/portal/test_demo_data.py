"""The demo's data (spec page 7): what every page of the demo shows, and that loading twice keeps it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from accounts.models import Organization, Person
from common import tenancy
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    call_command("load_catalogue", verbosity=0)


def tickets() -> int:
    with tenancy.everything():
        return Ticket.objects.count()


def test_the_demo_has_the_organizations_and_people_of_the_contract(catalogue):
    call_command("load_demo", empty=True, verbosity=0)
    kinds = {o.slug: (o.kind, o.partner_type) for o in Organization.objects.all()}
    assert kinds == {
        "acme": ("customer", ""),
        "orbit": ("customer", ""),
        "zenith": ("customer", ""),
        "pine": ("partner", "consulting"),
        "summit": ("partner", "consulting"),
        "isvsoft": ("partner", "technology"),
    }
    staff = {p.email for p in Person.objects.staff()}
    assert staff == {
        f"{name}@support.example" for name in ("engineer", "expert", "senior", "lead", "tam", "billing", "admin")
    }
    assert Person.objects.get(email="member@orbit.example").check_password("demo")
    assert tickets() == 0


def test_the_full_demo_has_tickets_and_loading_again_keeps_them(catalogue):
    call_command("load_demo", verbosity=0)
    first = tickets()
    assert first == 42
    call_command("load_demo", verbosity=0)
    assert tickets() == first
