"""The manager's page: the rules of the week, what it draws from every app, and the log of needs and plans."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from environ import Env

from accounts.models import Organization
from addons.models import Booking
from common import clock, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry
from common.problems import FieldErrors, Refusal
from common.working_days import WorkingCalendar
from portal import environment
from portal.my_organizations import whose
from portal.my_organizations.this_week import RULES, Facts, FollowUp, Quota, Setting, this_week
from portal.my_organizations.this_week import AdvisoryTask as Advice
from portal.my_organizations.this_week import Booking as Booked
from portal.my_organizations.this_week import Report as Made
from portal.my_organizations.this_week import Ticket as Asked
from supportplans import access, provisioning, tam_notes
from supportplans.manager_hours import at_work
from supportplans.models import ProvisioningTask, TamNote
from tests import cast
from tests.cast import browser_of, client_of
from tests.tickets.conftest import NOON, file, fresh, reply
from tickets.handling import resolve
from tickets.models import Ticket

TODAY = date(2026, 11, 24)  # a Tuesday
LATER = NOON + timedelta(minutes=5)
PAGE, API = "/desk/my-organizations", "/api/v1/desk/my-organizations"


# ---- the rules ------------------------------------------------------------------------------------------------------


def facts(**known) -> Facts:
    return Facts(now=NOON, today=TODAY, **known)


def ticket(number="T-1", order=2, due=NOON + timedelta(hours=1), at_risk=False) -> Asked:
    return Asked(number, f"About {number}", order, due, at_risk)


def booked(status="confirmed", first=TODAY + timedelta(days=3), last=None, unready=2) -> Booked:
    return Booked(7, "Escort", status, first, last or first, unready)


DAY = timedelta(days=1)
TABLE = [
    # (facts, what is to be done, by (rule, about, count))
    ({}, []),
    ({"tickets": (ticket(due=NOON),)}, [("answer_overdue", "T-1", 0)]),
    ({"tickets": (ticket(due=NOON + timedelta(seconds=1)),)}, []),
    ({"tickets": (ticket(at_risk=True),)}, [("answer_at_risk", "T-1", 0)]),
    ({"tickets": (ticket(at_risk=True, due=NOON, order=0),)}, [("answer_overdue", "T-1", 0)]),
    ({"tickets": (ticket(order=1),)}, [("urgent_ticket", "T-1", 0)]),
    ({"tickets": (ticket(order=1, due=None),)}, [("urgent_ticket", "T-1", 0)]),
    ({"advisory_tasks": (Advice(4, "Outbreak", NOON - timedelta(seconds=1)),)}, [("advisory_overdue", "4", 0)]),
    ({"advisory_tasks": (Advice(4, "Outbreak", NOON - DAY, contacted=True),)}, [("advisory_task", "4", 0)]),
    ({"advisory_tasks": (Advice(4, "Change", NOON + 5 * DAY),)}, [("advisory_task", "4", 0)]),
    ({"advisory_tasks": (Advice(4, "Change", NOON + 6 * DAY), Advice(5, "Release", None))}, []),
    ({"reports": (Made("2026-10", "October 2026", TODAY),)}, [("report_to_review", "2026-10", 0)]),
    ({"settings": (Setting(3, "Line", TODAY),)}, [("provisioning", "3", 0)]),
    ({"bookings": (booked("requested", TODAY + 90 * DAY),)}, [("booking_to_confirm", "7", 0)]),
    ({"bookings": (booked(first=TODAY + 7 * DAY),)}, [("booking_to_prepare", "7", 2)]),
    ({"bookings": (booked(first=TODAY + 8 * DAY),)}, []),
    ({"bookings": (booked(unready=0),)}, []),
    ({"bookings": (booked("in_progress", TODAY - 2 * DAY, TODAY - DAY),)}, [("booking_to_report", "7", 0)]),
    ({"bookings": (booked("in_progress", TODAY - 2 * DAY, TODAY),)}, []),
    ({"follow_ups": (FollowUp(5, date(2026, 11, 29), "x"),)}, [("follow_up", "5", 0)]),
    ({"follow_ups": (FollowUp(5, date(2026, 11, 30), "x"),)}, []),
    ({"follow_ups": (FollowUp(5, TODAY - 9 * DAY, "x"),)}, [("follow_up", "5", 0)]),
    ({"plan_ends_on": TODAY + 60 * DAY}, [("renewal", "", 60)]),
    ({"plan_ends_on": TODAY + 61 * DAY}, []),
    ({"plan_ends_on": TODAY + DAY, "plan_goes_on": True}, []),
    ({"quotas": (Quota("escort", "Escort", 2, TODAY + 60 * DAY),)}, [("quota_expiring", "escort", 2)]),
    ({"quotas": (Quota("escort", "Escort", 2, TODAY + 61 * DAY),)}, []),
    ({"quotas": (Quota("escort", "Escort", 0, TODAY + DAY),)}, []),
    ({"score": Decimal("3.0")}, [("low_satisfaction", "", 0)]),
    ({"score": Decimal("3.1")}, []),
    ({"last_contact_on": TODAY - 31 * DAY}, [("no_contact", "", 31)]),
    ({"last_contact_on": TODAY - 30 * DAY}, []),
    # The worked example of the module.
    (
        {
            "plan_ends_on": date(2027, 1, 20),
            "follow_ups": (FollowUp(1, date(2026, 11, 29), "a"), FollowUp(2, date(2026, 11, 30), "b")),
            "last_contact_on": date(2026, 10, 20),
        },
        [("follow_up", "1", 0), ("renewal", "", 57), ("no_contact", "", 35)],
    ),
]


@pytest.mark.parametrize(("known", "expected"), TABLE)
def test_each_rule_names_what_to_do_and_nothing_else(known, expected):
    assert [(todo.rule, todo.about, todo.count) for todo in this_week(facts(**known))] == expected


def test_every_rule_is_in_the_table():
    assert {rule for _known, expected in TABLE for rule, *_rest in expected} == set(RULES)


def test_the_most_urgent_stands_first_and_within_a_rule_the_earliest():
    known = facts(
        tickets=(ticket("T-3", 0), ticket("T-2", due=NOON - DAY), ticket("T-1", due=NOON)),
        settings=(Setting(9, "Group", TODAY + DAY), Setting(8, "Line", TODAY)),
    )
    assert [todo.about for todo in this_week(known)] == ["T-2", "T-1", "T-3", "8", "9"]


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-24 09:00", True),
        ("2026-11-24 16:59", True),
        ("2026-11-24 17:00", False),
        ("2026-11-24 08:59", False),
        ("2026-10-10 10:00", True),  # a make-up Saturday
        ("2026-10-01 10:00", False),  # National Day
    ],
)
def test_managers_are_at_work_in_their_hours_of_working_days(settings, instant, expected):
    there = datetime.fromisoformat(instant).replace(tzinfo=BEIJING)
    assert at_work(there, settings.TAM_HOURS, WorkingCalendar()) is expected


@pytest.mark.parametrize("wrong", ["nine to five", "17:00-09:00", "09:00", "09:00-09:00", "09:00+08:00-17:00"])
def test_wrong_hours_stop_the_start(monkeypatch, wrong):
    monkeypatch.setenv("TAM_HOURS", wrong)
    with pytest.raises(ImproperlyConfigured, match="TAM_HOURS"):
        environment.hours(Env(), "TAM_HOURS", "09:00-17:00")


# ---- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _shortly_after_noon():
    with clock.at(LATER):
        yield


@pytest.fixture
def managed(plans, on_tier):
    """`managed("zenith")`: an enterprise customer whose manager is the TAM, the deputy the lead."""

    def make(slug: str, **people) -> Organization:
        organization = on_tier(cast.organization(slug), "enterprise")
        with tenancy.everything():
            task = ProvisioningTask.objects.get(organization=organization, kind="tam")
            assigned = {"person": plans.tam, "deputy": plans.lead} | people
            provisioning.complete(task=task, by=plans.lead, at=LATER, **assigned)
        return organization

    return make


def book(organization: Organization, by, status="requested", first=TODAY + 2 * DAY) -> Booking:
    with tenancy.everything():
        return Booking.objects.create(
            organization=organization,
            service="availability_check",
            unit="occasion",
            status=status,
            starts_on=first,
            ends_on=first,
            days=1,
            period_start=date(2026, 11, 1),
            contact="Li Wei",
            description="The shop",
            requested_by=by,
            created_at=NOON,
        )


def note(organization: Organization, by, body="They move in March", on=TODAY, kind="plan") -> TamNote:
    with tenancy.everything():
        return tam_notes.write(organization=organization, kind=kind, body=body, follow_up_on=on, at=clock.now(), by=by)


def test_the_page_draws_on_every_app(plans, managed):
    zenith = managed("zenith")
    owner = cast.person("owner@zenith.example", zenith, "owner")
    urgent = file(zenith, owner, subject="Core bank down", severity="critical_down")
    booking = book(zenith, owner)
    note(zenith, plans.tam, "Migrates its ledger in January")
    with tenancy.everything():
        rated = file(zenith, owner, subject="Old question")
        Ticket.objects.filter(pk=rated.pk).update(satisfaction=2, rated_at=NOON)
    html = browser_of(plans.tam).get(PAGE).content.decode()
    for words in (
        "Zenith",
        f"/desk/tickets/{urgent.number}",
        "Follow the urgent ticket: Core bank down",
        f"/desk/bookings/{booking.pk}",
        "Confirm or reject: ",
        "Have it set up: ",
        "Follow up, due 24 Nov 2026: Migrates its ledger",
        "Ask what went wrong",
    ):
        assert words in html, words
    row = client_of(plans.tam).get(API).json()["results"][0]
    assert (row["organization"], row["manager"]["email"], row["plan"]["tier"]) == (
        "zenith",
        "tam@support.example",
        "enterprise",
    )
    assert row["figures"] == {"open": 2, "waiting": 0, "overdue": 0, "at_risk": 0}
    assert row["satisfaction"] == {"score": "2.0", "ratings": 1}
    assert [(each["id"], each["status"]) for each in row["bookings"]] == [(booking.pk, "requested")]
    assert row["bookings"][0]["to_prepare"] > 0
    assert {each["kind"] for each in row["provisioning"]} == {"enterprise_line", "im_group"}
    assert {each["rule"] for each in row["this_week"]} == {
        "urgent_ticket",
        "provisioning",
        "booking_to_confirm",
        "follow_up",
        "low_satisfaction",
    }


def test_answered_and_finished_tickets_are_no_work(plans, managed):
    zenith = managed("zenith")
    owner = cast.person("owner@zenith.example", zenith, "owner")
    done = file(zenith, owner, severity="critical_down")
    reply(done, plans.engineer, LATER)
    with tenancy.everything():
        resolve(ticket=fresh(done), by=plans.engineer, at=LATER)
    row = client_of(plans.tam).get(f"{API}/zenith").json()
    assert (row["tickets"], row["figures"]["open"]) == ([], 0)
    assert "urgent_ticket" not in {each["rule"] for each in row["this_week"]}


def test_managers_see_their_own_and_leads_everybodys(plans, managed):
    second = cast.staff("second@support.example", "tam", "senior")
    managed("zenith")
    managed("yonder", person=second, deputy=plans.tam)
    managed("xenon", person=second, deputy=plans.lead)

    def seen(person, query="") -> set[str]:
        answer = client_of(person).get(f"{API}{query}")
        assert answer.status_code == 200
        return {row["organization"] for row in answer.json()["results"]}

    assert seen(plans.tam) == {"zenith", "yonder"}
    assert seen(second) == {"yonder", "xenon"}
    assert seen(plans.engineer) == set()
    assert seen(plans.lead) == seen(plans.admin) == {"zenith", "yonder", "xenon"}
    assert seen(plans.lead, "?manager=SECOND@support.example") == {"yonder", "xenon"}
    assert client_of(plans.tam).get(f"{API}?manager=second@support.example").status_code == 400
    page = browser_of(plans.lead).get(f"{PAGE}?manager=second@support.example").content.decode()
    assert ("Zenith" in page, "Yonder" in page, "Xenon" in page) == (False, True, True)
    assert "No organization is assigned yet" in browser_of(plans.engineer).get(PAGE).content.decode()
    with pytest.raises(FieldErrors), tenancy.everything():
        whose.assignments_for(plans.engineer, "tam@support.example")


def test_the_number_of_statements_does_not_grow_with_the_organizations(plans, managed):
    desk = browser_of(plans.tam)

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(PAGE).status_code == 200
        return len(caught)

    def fill(slug: str) -> None:
        organization = managed(slug)
        owner = cast.person(f"owner@{slug}.example", organization, "owner")
        file(organization, owner, severity="critical_down")
        book(organization, owner)
        book(organization, owner, status="confirmed", first=TODAY + 5 * DAY)
        note(organization, plans.tam)

    fill("zenith")
    statements()  # catalogues and content are remembered from now on
    first = statements()
    for slug in ("yonder", "xenon", "willow"):
        fill(slug)
    assert statements() == first
    assert first <= 24


# ---- the log --------------------------------------------------------------------------------------------------------


def test_a_note_is_written_corrected_and_followed_up_on_the_page(plans, managed):
    managed("zenith")
    desk, url = browser_of(plans.tam), f"{PAGE}/zenith"
    wrong = desk.post(url, {"kind": "need", "body": " ", "follow_up_on": "2026-11-01"})
    assert wrong.status_code == 400
    with tenancy.everything():
        assert not TamNote.objects.exists()
    past = desk.post(url, {"kind": "need", "body": "More quota", "follow_up_on": "2026-11-01"})
    assert (past.status_code, "Choose a day from today on" in past.content.decode()) == (400, True)
    written = desk.post(url, {"kind": "need", "body": "More quota", "follow_up_on": "2026-11-26"})
    assert (written.status_code, "#note-" in written["Location"]) == (303, True)
    with tenancy.everything():
        kept = TamNote.objects.get()
    notes = f"{url}/notes/{kept.pk}"
    assert desk.post(f"{notes}/correct", {"kind": "need", "body": "Twice the quota"}).status_code == 303
    assert browser_of(plans.lead).post(f"{notes}/correct", {"kind": "need", "body": "None"}).status_code == 409
    assert browser_of(plans.lead).post(f"{notes}/follow-up", {"follow_up_on": "2026-11-27"}).status_code == 303
    assert browser_of(plans.lead).post(f"{notes}/followed-up").status_code == 303
    assert desk.post(f"{notes}/followed-up").status_code == 409
    with tenancy.everything():
        kept = TamNote.objects.get()
        trail = list(AuditEntry.objects.filter(action="tam_note.corrected").values("organization_id", "before"))
    assert (kept.body, kept.follow_up_on, kept.followed_up_by) == ("Twice the quota", date(2026, 11, 27), plans.lead)
    # What it said stays; without the organization, whose owners read their own trail.
    assert [(row["organization_id"], row["before"]["body"]) for row in trail] == [(None, "More quota")]
    assert "Followed up by Lead" in desk.get(url).content.decode()


def test_the_log_by_api(plans, managed):
    managed("zenith")
    desk, url = client_of(plans.tam), "/api/v1/desk/orgs/zenith/tam-notes"
    said = {"kind": "plan", "body": "A third region", "follow_up_on": "2026-12-01"}
    made = desk.post(url, said, format="json")
    number = made.json()["id"]
    assert (made.status_code, made.json()["follow_up_on"], made.json()["by"]) == (201, "2026-12-01", "Tam")
    assert desk.patch(f"{url}/{number}", {"body": "Two regions"}, format="json").json()["body"] == "Two regions"
    moved = client_of(plans.lead).patch(f"{url}/{number}", {"follow_up_on": None}, format="json")
    assert moved.json()["follow_up_on"] is None
    refused = client_of(plans.lead).patch(f"{url}/{number}", {"body": "No"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_your_note")
    nothing = desk.post(f"{url}/{number}/followed-up")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_follow_up")
    assert [row["body"] for row in desk.get(url).json()["results"]] == ["Two regions"]
    assert desk.get(f"/api/v1/desk/orgs/acme/tam-notes/{number}").status_code == 404


def test_no_organization_ever_reads_the_log(plans, managed):
    zenith = managed("zenith")
    note(zenith, plans.tam, "Thinks of leaving us")
    owner = cast.person("owner@zenith.example", zenith, "owner")
    for path in (PAGE, f"{PAGE}/zenith"):
        assert browser_of(owner).get(path).status_code == 404
    assert client_of(owner).get("/api/v1/desk/orgs/zenith/tam-notes").status_code == 404
    assert "leaving us" not in str(client_of(owner).get("/api/v1/orgs/zenith/audit").json())
    assert browser_of(plans.billing_operator).get(PAGE).status_code == 403
    admin = browser_of(plans.admin).post(f"{PAGE}/zenith", {"kind": "plan", "body": "x"})
    assert admin.status_code == 403
    with tenancy.everything():
        assert TamNote.objects.count() == 1


def test_rules_of_notes_refuse_and_write_nothing(plans, managed):
    zenith = managed("zenith")
    kept = note(zenith, plans.tam)
    with tenancy.everything():
        for fields in ({"kind": "gossip"}, {"body": "x" * 5001}, {"on": TODAY - DAY}, {"on": TODAY + 732 * DAY}):
            with pytest.raises(FieldErrors):
                note(zenith, plans.tam, **fields)
        with pytest.raises(Refusal):
            tam_notes.correct(note=kept, kind="plan", body="Mine", at=NOON, by=plans.lead)
        assert list(access.notes_of(zenith).values_list("body", flat=True)) == ["They move in March"]
