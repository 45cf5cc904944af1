"""Training: sessions and their seats, the waiting list, ratings, needs and plans (spec page 5.4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Organization, Person
from addons.models import TrainingNeeds, TrainingPlace, TrainingPlan, TrainingSession
from addons.refusals import NotEntitled
from addons.training import access, duties, places, planning, sessions
from addons.training.calendar_file import calendar_file
from addons.training.planning import Answer
from addons.training.quarters import Quarter
from addons.training.refusals import (
    AlreadyRegistered,
    PlaceNotAttended,
    PlanMissing,
    RatingNotOpen,
    SeatsTaken,
    SessionBegun,
    SessionCancelled,
    SessionNotBegun,
    SessionNotOffered,
    SessionPublished,
)
from common import clock, outbox, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry
from common.problems import FieldErrors, NotFound, OrganizationDisabled
from notifications.models import Notification
from tests.addons.conftest import NOON, catalogue, on_tier  # noqa: F401

STARTS = datetime(2026, 12, 10, 14, tzinfo=BEIJING)
ENDS = STARTS + timedelta(hours=2)
STANDARD, PREMIUM = "partner/standard", "partner/premium"


def draft(**changes: Any) -> sessions.Draft:
    fields = {
        "topic": "network",
        "title_en": "Networks at ease",
        "title_zh": "轻松上手网络",
        "mode": "online",
        "meeting": "998 877",
        "starts_at": STARTS,
        "ends_at": ENDS,
        "seats": 2,
        "tiers": (STANDARD, PREMIUM),
    }
    return sessions.Draft(**fields | changes)


def session(by: Person, *, at: datetime = NOON, published: bool = True, **changes: Any) -> TrainingSession:
    with tenancy.everything(), clock.at(at):
        written = sessions.write_session(draft=draft(**changes), at=at, by=by)
        return sessions.publish(session=written, at=at, by=by) if published else written


def register(
    of: Organization, session: TrainingSession, by: Person, email: str = "ann@pine.example", at: datetime = NOON
) -> TrainingPlace:
    with tenancy.organization(of.pk), clock.at(at):
        return places.register(organization=of, session=session, name="Ann  Li", email=email, at=at, by=by)


def as_own(of: Organization, action: Any, at: datetime = NOON, **fields: Any) -> Any:
    with tenancy.organization(of.pk), clock.at(at):
        return action(at=at, **fields)


def as_staff(action: Any, at: datetime = NOON, **fields: Any) -> Any:
    with tenancy.everything(), clock.at(at):
        return action(at=at, **fields)


def states(of: TrainingSession) -> list[tuple[str, str]]:
    with tenancy.everything():
        return list(TrainingPlace.objects.filter(session=of).order_by("pk").values_list("email", "state"))


def told(kind: str) -> list[str]:
    with tenancy.everything():
        return sorted(Notification.objects.filter(kind=kind).values_list("person__email", flat=True))


def letters(at: datetime = NOON) -> list[tuple[str, str]]:
    """Who was written to, and what is attached; what waits leaves first."""
    with clock.at(at):
        while outbox.relay(slow=True):
            pass
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


@pytest.fixture
def pine(people, on_tier):
    return on_tier(people.pine, "standard")


@pytest.fixture
def tokyo(people, on_tier):
    """A second partner, on premium."""
    from tests import cast

    summit = cast.organization("summit", "partner", "consulting")
    cast.person("owner@summit.example", summit, "owner")
    return on_tier(summit, "premium")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": "cooking"}, "topic"),
        ({"title_zh": " "}, "title_zh"),
        ({"mode": "letter"}, "mode"),
        ({"meeting": ""}, "meeting"),
        ({"mode": "telepresence"}, "place"),
        ({"mode": "onsite"}, "place"),
        ({"starts_at": NOON}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": STARTS}, "ends_at"),
        ({"ends_at": STARTS + timedelta(days=6)}, "ends_at"),
        ({"seats": 0}, "seats"),
        ({"seats": 1001}, "seats"),
        ({"tiers": ()}, "tiers"),
        ({"tiers": ("partner/gold",)}, "tiers"),
        ({"trainer": "owner@acme.example"}, "trainer"),
    ],
)
def test_a_session_that_is_not_whole_is_not_kept(people, catalogue, changes, field):
    with pytest.raises(FieldErrors) as refused:
        session(people.tam, **changes)
    assert list(refused.value.errors) == [field]
    assert not TrainingSession.objects.exists()


def test_a_session_is_seen_by_its_tiers_once_it_is_published(people, pine, tokyo):
    for_premium = session(people.tam, tiers=(PREMIUM,), trainer="expert@support.example")
    hidden = session(people.tam, published=False)
    assert for_premium.trainer == people.expert

    def seen(by: Organization) -> list[int]:
        with tenancy.organization(by.pk):
            return list(access.sessions_for(by, NOON).values_list("pk", flat=True))

    assert (seen(pine), seen(tokyo), seen(people.acme)) == ([], [for_premium.pk], [])
    as_staff(sessions.publish, session=hidden, by=people.tam)
    assert seen(pine) == [hidden.pk]
    with pytest.raises(SessionPublished):
        as_staff(sessions.publish, session=hidden, by=people.tam)


def test_who_comes_when_it_is_full_waits_and_moves_up(people, pine, tokyo, settings):
    course = session(people.tam, seats=2)
    first = register(pine, course, people.partner_member)
    register(tokyo, course, people.partner_owner, "bo@summit.example")
    register(pine, course, people.partner_owner, "cy@pine.example")
    register(tokyo, course, people.partner_owner, "di@summit.example")
    assert first.name == "Ann Li"
    assert states(course) == [
        ("ann@pine.example", "registered"), ("bo@summit.example", "registered"),
        ("cy@pine.example", "waiting"), ("di@summit.example", "waiting"),
    ]  # fmt: skip
    with tenancy.organization(pine.pk):
        assert access.seats_taken([course.pk]) == {course.pk: (2, 2)}
        assert access.places_of(pine).count() == 2
    as_own(pine, places.cancel_place, place=first, by=people.partner_member)
    assert states(course)[2:] == [("cy@pine.example", "registered"), ("di@summit.example", "waiting")]
    assert told("training.moved_up") == ["owner@pine.example"]
    with pytest.raises(NotFound):
        as_own(pine, places.cancel_place, place=first, by=people.partner_member)
    as_staff(sessions.change_session, session=course, draft=draft(seats=3), by=people.tam)
    assert states(course)[3] == ("di@summit.example", "registered")
    with pytest.raises(SeatsTaken) as refused:
        as_staff(sessions.change_session, session=course, draft=draft(seats=2), by=people.tam)
    assert refused.value.members == {"taken": 3}
    written = letters()
    assert sorted(to for to, _subject in written) == [
        "bo@summit.example", "cy@pine.example", "cy@pine.example", "di@summit.example", "di@summit.example",
        "owner@pine.example",
    ]  # fmt: skip
    own = next(each for each in mail.outbox if each.to == ["bo@summit.example"])
    assert "998 877" in own.body
    assert [(name, kind) for name, _text, kind in own.attachments] == [("training.ics", "text/calendar")]


def test_one_place_per_person_which_can_be_had_again(people, pine):
    course = session(people.tam)
    place = register(pine, course, people.partner_member)
    with pytest.raises(AlreadyRegistered) as refused:
        register(pine, course, people.partner_owner, " ANN@pine.example")
    assert refused.value.members == {"place": place.pk, "state": "registered"}
    as_own(pine, places.cancel_place, place=place, by=people.partner_member)
    register(pine, course, people.partner_owner)
    assert [state for _email, state in states(course)] == ["cancelled", "registered"]


def test_nobody_registers_for_what_is_not_theirs_has_begun_or_is_cancelled(people, pine, on_tier):
    course = session(people.tam, tiers=(PREMIUM,))
    with pytest.raises(SessionNotOffered):
        register(pine, course, people.partner_member)
    open_one = session(people.tam)
    with pytest.raises(SessionBegun):
        register(pine, open_one, people.partner_member, at=STARTS)
    with pytest.raises(FieldErrors):
        register(pine, open_one, people.partner_member, "nobody")
    as_staff(sessions.cancel, session=open_one, because="The trainer is ill.", by=people.tam)
    with pytest.raises(SessionCancelled):
        register(pine, open_one, people.partner_member)
    Organization.objects.filter(pk=pine.pk).update(disabled_at=NOON)
    pine.refresh_from_db()
    with pytest.raises(OrganizationDisabled):
        register(pine, session(people.tam), people.partner_member)
    assert not TrainingPlace.objects.exists()


def test_a_cancelled_session_is_told_to_everyone(people, pine):
    course = session(people.tam, seats=1)
    register(pine, course, people.partner_member)
    register(pine, course, people.partner_member, "bo@pine.example")
    register(pine, course, people.partner_owner, people.partner_owner.email)
    with pytest.raises(FieldErrors):
        as_staff(sessions.cancel, session=course, because=" ", by=people.tam)
    as_staff(sessions.cancel, session=course, because="The trainer is ill.", by=people.tam)
    assert told("training.cancelled") == ["member@pine.example"]
    told_to = [to for to, subject in letters() if subject.startswith("Training cancelled")]
    assert sorted(told_to) == ["ann@pine.example", "bo@pine.example", "member@pine.example", "owner@pine.example"]
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="training.cancelled", by_id=people.tam.pk).count() == 1
    with tenancy.organization(pine.pk):
        assert list(access.sessions_for(pine, NOON)) == [course]


def test_a_session_that_is_moved_is_told_to_everyone(people, pine):
    course = session(people.tam)
    register(pine, course, people.partner_member)
    as_staff(sessions.change_session, session=course, draft=draft(title_en="Networks"), by=people.tam)
    assert told("training.changed") == []
    later = draft(starts_at=STARTS + timedelta(days=1), ends_at=ENDS + timedelta(days=1))
    as_staff(sessions.change_session, session=course, draft=later, by=people.tam)
    assert told("training.changed") == ["member@pine.example"]
    with pytest.raises(SessionBegun):
        as_staff(sessions.change_session, at=STARTS + timedelta(days=1), session=course, draft=draft(), by=people.tam)


def test_who_took_part_rates_within_30_days_and_may_change_it(people, pine):
    course = session(people.tam)
    there = register(pine, course, people.partner_member)
    absent = register(pine, course, people.partner_member, "bo@pine.example")
    waiting = register(pine, course, people.partner_member, "cy@pine.example")
    with pytest.raises(SessionNotBegun):
        as_staff(places.record_attendance, session=course, present=[there.pk], by=people.engineer)
    with pytest.raises(FieldErrors):
        as_staff(places.record_attendance, STARTS, session=course, present=[waiting.pk], by=people.tam)
    assert as_staff(places.record_attendance, STARTS, session=course, present=[there.pk], by=people.tam) == 1

    def rate(place: TrainingPlace, rating: int = 4, at: datetime = ENDS) -> TrainingPlace:
        return as_own(pine, places.rate, at, place=place, rating=rating, comment=" Clear. ", by=people.partner_member)

    with pytest.raises(RatingNotOpen):
        rate(there, at=ENDS - timedelta(seconds=1))
    with pytest.raises(FieldErrors):
        rate(there, 6)
    for other in (absent, waiting):
        with pytest.raises(PlaceNotAttended):
            rate(other)
    rate(there)
    rate(there, 5, at=ENDS + timedelta(days=29))
    with pytest.raises(RatingNotOpen):
        rate(there, 1, at=ENDS + timedelta(days=30))
    with tenancy.everything():
        rated = access.rated_sessions().get()
        assert (rated.rating, rated.ratings) == (5, 1)
        assert [place.comment for place in access.latest_comments()] == ["Clear."]


def test_needs_are_said_once_a_quarter_and_summed_up(people, pine, tokyo):
    with pytest.raises(NotEntitled):
        as_own(
            people.isvsoft,
            planning.say_needs,
            organization=people.isvsoft,
            answer=Answer(("network",)),
            by=people.vendor_owner,
        )
    for answer in (Answer(), Answer(("cooking",)), Answer(("network",), people=0), Answer(("network",), ("letter",))):
        with pytest.raises(FieldErrors):
            as_own(pine, planning.say_needs, organization=pine, answer=answer, by=people.partner_member)
    for count in (9, 3):
        asked = Answer(("security", "network"), ("online",), count, "IPv6")
        as_own(pine, planning.say_needs, organization=pine, answer=asked, by=people.partner_member)
    asked = Answer(("security",), people=5)
    as_own(tokyo, planning.say_needs, organization=tokyo, answer=asked, by=people.partner_owner)
    with tenancy.everything():
        answers = list(access.all_needs(date(2026, 10, 1)))
        assert [(w.topic, w.organizations, w.people) for w in planning.summed_up(answers)] == [
            ("security", 2, 8), ("network", 1, 3),
        ]  # fmt: skip
    with tenancy.organization(tokyo.pk):
        assert TrainingNeeds.objects.count() == 1


def test_a_plan_is_seen_once_it_is_published(people, pine):
    quarter = Quarter(2026, 4)
    with pytest.raises(PlanMissing):
        as_staff(planning.publish_plan, organization=pine, quarter=quarter, by=people.tam)
    course = session(people.tam)
    as_staff(
        planning.write_plan,
        organization=pine,
        quarter=quarter,
        body="Networks first.",
        sessions=[course],
        by=people.tam,
    )
    with tenancy.organization(pine.pk):
        assert not access.published_plans_of(pine).exists()
    for _again in range(2):
        as_staff(planning.publish_plan, organization=pine, quarter=quarter, by=people.tam)
    assert told("training.plan") == ["member@pine.example", "owner@pine.example"]
    with tenancy.organization(pine.pk):
        assert [list(plan.sessions.all()) for plan in access.published_plans_of(pine)] == [[course]]
    with tenancy.organization(people.orbit.pk):
        assert not TrainingPlan.objects.exists()


def test_the_day_before_who_has_a_seat_is_reminded_once(people, pine):
    course = session(people.tam, seats=1)
    register(pine, course, people.partner_member)
    register(pine, course, people.partner_member, "bo@pine.example")
    day_before = datetime(2026, 12, 9, 9, tzinfo=BEIJING)
    with clock.at(day_before - timedelta(days=1)):
        assert duties.remind(at=day_before - timedelta(days=1)) == {"reminded": 0}
    for _again in range(2):
        with clock.at(day_before):
            assert duties.remind(at=day_before) == {"reminded": 1}
    assert told("training.reminder") == ["member@pine.example"]
    reminded = [to for to, subject in letters(day_before) if subject.startswith("Tomorrow")]
    assert sorted(reminded) == ["ann@pine.example", "member@pine.example"]


def test_on_the_20th_the_desk_hears_which_plans_have_no_session(people, pine):
    at = datetime(2026, 11, 20, 9, tzinfo=BEIJING)
    session(people.tam, at=at, tiers=(PREMIUM,), mode="telepresence", place="Room 4")
    session(people.tam, at=at, tiers=(PREMIUM,))
    session(people.tam, at=at, published=False)
    for _again in range(2):
        with clock.at(at):
            assert duties.warn_of_next_month(at=at) == {"without_session": 1}
    assert told("training.none_planned") == ["lead@support.example", "tam@support.example"]
    with tenancy.everything():
        assert Notification.objects.filter(kind="training.none_planned").first().params["tier"] == {
            "en": "Standard", "zh": "标准级",
        }  # fmt: skip
    session(people.tam, at=at)
    with clock.at(at):
        assert duties.warn_of_next_month(at=at) == {"without_session": 0}


def test_partners_with_sessions_are_asked_once_a_quarter(people, pine, tokyo):
    as_own(tokyo, planning.say_needs, organization=tokyo, answer=Answer(("security",)), by=people.partner_owner)
    for month in (11, 12):
        at = datetime(2026, month, 1, 9, tzinfo=BEIJING)
        with clock.at(at):
            assert duties.invite_to_survey(at=at) == {"asked": 1}
    assert told("training.survey") == ["member@pine.example", "owner@pine.example"]


def test_a_calendar_file_says_when_and_where(people, catalogue):
    course = session(people.tam)
    text = calendar_file(course, with_meeting=True)
    assert "DTSTART:20261210T060000Z" in text
    assert "DTEND:20261210T080000Z" in text
    assert "SUMMARY:Networks at ease" in text
    assert "LOCATION:998 877" in text
    assert "998 877" not in calendar_file(course, with_meeting=False)
    assert "SUMMARY:轻松上手网络" in calendar_file(course, with_meeting=True, language="zh-hans")


def test_quarters():
    third = Quarter.of(date(2026, 8, 15))
    assert (str(third), third.first_day, third.last_day) == ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30))
    assert Quarter.parse("2026-Q4").next() == Quarter(2027, 1)
    assert Quarter(2027, 1).previous() == Quarter(2026, 4)
    for text in ("2026-Q5", "2026", "0001-Q1"):
        with pytest.raises(ValueError, match="quarter"):
            Quarter.parse(text)
