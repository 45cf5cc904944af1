"""Shifts, who is on duty, and handovers: the rules, the pages and the API."""

from datetime import date, timedelta

import pytest

from accounts.models import StaffProfile
from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from tests.cast import client_of, staff
from tests.tickets.conftest import NOON, at
from tickets.desk import rosters
from tickets.desk.duty import duty_at, may_take
from tickets.models import Handover, Shift


@pytest.fixture(autouse=True)
def at_noon(plans):
    with clock.at(NOON), tenancy.everything():
        yield


def shift(plans, who, starts: str, ends: str, **more):
    return rosters.add(person=who.email, starts_at=at(starts), ends_at=at(ends), by=plans.lead, **more)


def emails(people) -> list[str]:
    return [person.email.split("@")[0] for person in people]


def test_without_any_shift_the_switch_says_who_is_on_duty(plans):
    StaffProfile.objects.filter(person=plans.expert).update(on_duty=False)
    duty = duty_at(NOON)
    assert emails(duty.on_duty("engineer")) == ["engineer"]
    assert emails(duty.duty_managers()) == ["lead"]


def test_a_running_shift_counts_and_the_switch_no_more_for_that_role(plans):
    shift(plans, plans.expert, "2026-11-24 08:00", "2026-11-24 16:00")
    assert emails(duty_at(NOON).on_duty("engineer")) == ["expert"]
    # Nobody of the leads has a shift: their switch decides still.
    assert emails(duty_at(NOON).on_duty("lead")) == ["lead"]


def test_a_shift_counts_from_its_first_to_before_its_last_instant(plans):
    StaffProfile.objects.update(on_duty=False)
    shift(plans, plans.engineer, "2026-11-24 12:00", "2026-11-24 20:00")
    moment = timedelta(microseconds=1)
    on_duty = [emails(duty_at(when).on_duty("engineer")) for when in (NOON - moment, NOON, at("2026-11-24 20:00"))]
    assert on_duty == [[], ["engineer"], []]
    assert emails(duty_at(at("2026-11-24 20:00") - moment).on_duty("engineer")) == ["engineer"]


def test_somebody_is_always_told_of_a_ticket_that_nobody_has(plans):
    shift(plans, plans.engineer, "2026-11-24 08:00", "2026-11-24 16:00")
    duty = duty_at(NOON)
    assert emails(duty.team_for("engineer", "rds")) == ["engineer"]
    # Only an engineer of the lowest level is there: the duty manager hears of a senior's ticket.
    assert emails(duty.team_for("senior", "rds")) == ["lead"]
    StaffProfile.objects.filter(person=plans.engineer).update(products=["ecs"])
    # Nobody of the product's team, but somebody of the level.
    assert emails(duty_at(NOON).team_for("engineer", "rds")) == ["engineer"]
    plans.lead.is_active = False
    plans.lead.save()
    assert emails(duty_at(NOON).team_for("senior", "rds")) == ["engineer", "expert"]


def test_a_higher_level_takes_lower_work_and_a_team_its_products(plans):
    expert = staff("second@support.example", "engineer", "expert")
    assert [may_take(expert, level, "rds") for level in ("engineer", "expert", "senior")] == [True, True, False]
    expert.staff.products = ["rds", "dds"]
    assert [may_take(expert, "engineer", product) for product in ("rds", "ecs", "")] == [True, False, True]


def test_a_person_has_one_shift_at_a_time(plans):
    first = shift(plans, plans.engineer, "2026-11-24 08:00", "2026-11-24 16:00")
    with pytest.raises(rosters.ShiftsOverlap) as refused:
        shift(plans, plans.engineer, "2026-11-24 15:59", "2026-11-24 23:00")
    assert refused.value.members["shift"] == {
        "starts_at": "2026-11-24T08:00:00+08:00",
        "ends_at": "2026-11-24T16:00:00+08:00",
    }
    shift(plans, plans.engineer, "2026-11-24 16:00", "2026-11-24 23:00")
    shift(plans, plans.expert, "2026-11-24 08:00", "2026-11-24 16:00")
    with pytest.raises(rosters.ShiftsOverlap):
        rosters.move(
            row=first,
            person="engineer@support.example",
            starts_at=at("2026-11-24 09:00"),
            ends_at=at("2026-11-24 17:00"),
            by=plans.lead,
        )
    moved = rosters.move(
        row=first, person=plans.engineer.email, starts_at=first.starts_at, ends_at=at("2026-11-24 15:00"), by=plans.lead
    )
    assert (moved.pk, moved.ends_at, Shift.objects.count()) == (first.pk, at("2026-11-24 15:00"), 3)


@pytest.mark.parametrize(
    ("starts", "ends", "note", "field"),
    [
        ("2026-11-24 08:00", "2026-11-24 08:00", "", "ends_at"),
        ("2026-11-24 08:00", "2026-11-24 07:00", "", "ends_at"),
        ("2026-11-24 08:00", "2026-11-25 08:01", "", "ends_at"),
        ("2026-11-24 08:00", "2026-11-24 16:00", "x" * 201, "note"),
    ],
)
def test_a_shift_takes_time_and_at_most_a_day(plans, starts, ends, note, field):
    with pytest.raises(FieldErrors) as refused:
        shift(plans, plans.engineer, starts, ends, note=note)
    assert set(refused.value.errors) == {field}
    assert not Shift.objects.exists()


@pytest.mark.parametrize("email", ["billing@support.example", "owner@acme.example", "nobody@support.example"])
def test_only_who_works_on_the_desk_has_a_shift(plans, email):
    with pytest.raises(FieldErrors) as refused:
        rosters.add(person=email, starts_at=NOON, ends_at=NOON + timedelta(hours=1), by=plans.lead)
    assert set(refused.value.errors) == {"person"}


def test_an_end_before_the_beginning_is_the_next_morning():
    assert rosters.times_of("2026-11-24", "22:00", "06:00") == (at("2026-11-24 22:00"), at("2026-11-25 06:00"))
    with pytest.raises(FieldErrors) as refused:
        rosters.times_of("24.11.2026", "8", "25:00")
    assert set(refused.value.errors) == {"day", "begins", "ends"}


def test_a_week_is_copied_but_for_what_is_there(plans):
    shift(plans, plans.engineer, "2026-11-17 08:00", "2026-11-17 16:00", note="phone")
    shift(plans, plans.expert, "2026-11-18 22:00", "2026-11-19 06:00")
    shift(plans, plans.expert, "2026-11-25 20:00", "2026-11-26 00:00")
    assert rosters.copy_week(monday=date(2026, 11, 23), by=plans.lead) == 1
    assert rosters.copy_week(monday=date(2026, 11, 23), by=plans.lead) == 0
    there = [(row.person.email, row.starts_at, row.note) for row in rosters.shifts_of_week(date(2026, 11, 23))]
    assert there == [
        ("engineer@support.example", at("2026-11-24 08:00"), "phone"),
        ("expert@support.example", at("2026-11-25 20:00"), ""),
    ]


def test_every_change_of_the_roster_is_on_record(plans):
    row = shift(plans, plans.engineer, "2026-11-24 08:00", "2026-11-24 16:00")
    rosters.remove(row=row, by=plans.admin)
    entries = AuditEntry.objects.filter(action__startswith="shift.").order_by("pk")
    assert [(entry.action, entry.object) for entry in entries] == [
        ("shift.added", "engineer@support.example"),
        ("shift.deleted", "engineer@support.example"),
    ]


def test_the_page_shows_the_week_and_adds_moves_and_deletes(plans, browse):
    browser = browse(plans.lead)
    empty = browser.get("/desk/roster?week=2026-11-25").content.decode()
    assert "This week has no shift." in empty
    assert "no shift; switched on in the profile" in empty
    typed = {"person": "expert@support.example", "day": "2026-11-24", "begins": "08:00", "ends": "16:00", "note": "hot"}
    answer = browser.post("/desk/roster", typed)
    assert (answer.status_code, answer["Location"]) == (303, "/desk/roster?week=2026-11-23")
    row = Shift.objects.get()
    page = browser.get(answer["Location"]).content.decode()
    assert "08:00–16:00<small>hot</small>" in page
    assert "until 16:00 · hot" in page
    refused = browser.post("/desk/roster", typed)
    assert refused.status_code == 409
    assert "This person has a shift at that time" in refused.content.decode()
    wrong = browser.post("/desk/roster", typed | {"day": "soon"})
    assert (wrong.status_code, "Enter a date." in wrong.content.decode()) == (400, True)
    moved = browser.post(f"/desk/roster/shifts/{row.pk}", typed | {"day": "2026-12-01"})
    assert (moved.status_code, moved["Location"]) == (303, "/desk/roster?week=2026-11-30")
    assert browser.get(f"/desk/roster/shifts/{row.pk}").status_code == 200
    assert browser.post(f"/desk/roster/shifts/{row.pk}/delete").status_code == 303
    assert not Shift.objects.exists()
    assert browser.get(f"/desk/roster/shifts/{row.pk}").status_code == 404


def test_an_engineer_reads_the_roster_and_hands_over(plans, browse):
    browser = browse(plans.engineer)
    page = browser.get("/desk/roster").content.decode()
    assert "Add a shift" not in page
    assert "No handover notes yet." in page
    assert 'action="/desk/roster/handovers"' in page
    typed = {"person": "expert@support.example", "day": "2026-11-24", "begins": "08:00", "ends": "16:00"}
    assert browser.post("/desk/roster", typed).status_code == 403
    assert not Shift.objects.exists()
    refused = browser.post("/desk/roster/handovers", {"body": "  "})
    assert (refused.status_code, "Add a shift" in refused.content.decode()) == (400, False)
    assert browser.post("/desk/roster/handovers", {"body": "orbit calls back at <5>"}).status_code == 303
    assert "orbit calls back at &lt;5&gt;" in browser.get("/desk/roster").content.decode()
    assert Handover.objects.get().by == plans.engineer


def test_an_administrator_writes_the_roster_and_leaves_no_handover(plans, browse):
    page = browse(plans.admin).get("/desk/roster").content.decode()
    assert "Add a shift" in page
    assert 'action="/desk/roster/handovers"' not in page


def test_a_shift_of_the_night_before_the_week_says_when_it_began(plans, browse):
    typed = {"person": "expert@support.example", "day": "2026-11-22", "begins": "20:00", "ends": "08:00", "note": ""}
    browser = browse(plans.lead)
    browser.post("/desk/roster", typed)
    assert ">Sun 20:00–08:00<" in browser.get("/desk/roster?week=2026-11-23").content.decode()
    assert ">20:00–08:00<" in browser.get("/desk/roster?week=2026-11-16").content.decode()


def test_a_week_is_copied_by_the_api(plans):
    lead = client_of(plans.lead)
    shift = {"person": plans.engineer.email, "starts_at": "2026-11-24T08:00:00+08:00"}
    lead.post("/api/v1/desk/roster/shifts", shift | {"ends_at": "2026-11-24T16:00:00+08:00"}, format="json")
    path = "/api/v1/desk/roster/copy-week"
    assert lead.post(path, {"week": "2026-12-02"}, format="json").json() == {"copied": 1}
    assert lead.post(path, {"week": "2026-12-02"}, format="json").json() == {"copied": 0}
    assert lead.post(path, {"week": "0001-01-01"}, format="json").json() == {"copied": 0}
    assert client_of(plans.engineer).post(path, {"week": "2026-12-09"}, format="json").status_code == 403
    assert Shift.objects.count() == 2


def test_shifts_and_handovers_by_the_api(plans):
    lead, engineer = client_of(plans.lead), client_of(plans.engineer)
    asked = {
        "person": plans.engineer.email,
        "starts_at": "2026-11-24T08:00:00+08:00",
        "ends_at": "2026-11-24T16:00:00Z",
    }
    made = lead.post("/api/v1/desk/roster/shifts", asked, format="json")
    assert made.status_code == 201
    assert made.json()["ends_at"] == "2026-11-25T00:00:00+08:00"
    assert lead.post("/api/v1/desk/roster/shifts", asked, format="json").json()["code"] == "shift_overlaps"
    path = f"/api/v1/desk/roster/shifts/{made.json()['id']}"
    assert lead.patch(path, {"note": "phone"}, format="json").json()["note"] == "phone"
    listed = engineer.get("/api/v1/desk/roster/shifts").json()["results"]
    assert [(row["id"], row["note"]) for row in listed] == [(made.json()["id"], "phone")]
    assert engineer.get("/api/v1/desk/roster/shifts?to=2026-11-24T07:00:00%2B08:00").json()["results"] == []
    assert engineer.delete(path).status_code == 403
    assert lead.delete(path).status_code == 204
    left = engineer.post("/api/v1/desk/handovers", {"body": "All quiet"}, format="json")
    assert (left.status_code, left.json()["by"]["email"]) == (201, plans.engineer.email)
    assert lead.get("/api/v1/desk/handovers").json()["results"][0]["body"] == "All quiet"
