"""The demo's data (spec page 7): what every page of the demo shows, and that loading twice keeps it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import call_command

from accounts.models import Organization, Person
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans.models import ProvisioningTask
from tickets.desk import macros
from tickets.desk.duty import duty_at
from tickets.models import CallbackRequest, CannedReply, Handover, Shift, Ticket

pytestmark = pytest.mark.django_db

# Of a month: what the demo tells of the last hours happened in the month before.
FIRST_MINUTES = datetime(2026, 11, 1, 0, 9, tzinfo=BEIJING)


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
    with clock.at(FIRST_MINUTES):
        call_command("load_demo", verbosity=0)
        first = tickets()
        assert first == 56
        the_desk_has_what_it_works_with()
        call_command("load_demo", verbosity=0)
        assert tickets() == first


def the_desk_has_what_it_works_with() -> None:
    """Replies, macros that run, a roster that is running, and what customers said."""
    now = clock.now()
    assert CannedReply.objects.filter(owner=None).exclude(body_en="").exclude(body_zh="").count() == 5
    assert {p.email for p in duty_at(now).on_duty("engineer")} >= {"senior@support.example"}
    assert Shift.objects.filter(starts_at__lte=now, ends_at__gt=now).count() >= 2
    assert Shift.objects.count() == 58
    assert Handover.objects.filter(at__lte=now).count() == 2
    with tenancy.everything():
        assert Ticket.objects.exclude(tags=[]).count() == 6
        assert [one.ticket.organization.slug for one in CallbackRequest.objects.filter(called_at=None)] == ["zenith"]
        assert set(Ticket.objects.exclude(rated_at=None).values_list("satisfaction", flat=True)) == {3, 4, 5}
        managers = ProvisioningTask.objects.filter(kind="tam").values_list("state", "person__email", "deputy__email")
        assert set(managers) == {("done", "tam@support.example", "senior@support.example")}
        ticket = Ticket.objects.get(subject="Instance restarts by itself every night")
        asking, _handing, thanking = macros.offered()
        engineer = Person.objects.get(email="engineer@support.example")
        assert macros.run(ticket=ticket, macro=asking, by=engineer, at=now).status == "waiting_customer"
        assert macros.run(ticket=ticket, macro=thanking, by=engineer, at=now).status == "resolved"
