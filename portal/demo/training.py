"""The demo's training: sessions held and to come, one of them full, a survey with its plan, the video library."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import yaml

from addons.models import TrainingSession
from addons.training import access, places, planning, sessions, videos
from addons.training.planning import ONLINE_TRAINING, Answer
from addons.training.quarters import Quarter
from common import clock, tenancy
from common.beijing import BEIJING, date_of
from portal.demo.cast import Players
from portal.demo.stories import FOLDER
from supportplans import versions

TRAINERS = ("expert", "senior")
WRITTEN_BEFORE = timedelta(days=25)
LASTS = timedelta(hours=2)
PLAN = "First **security**, because you are moving accounts this quarter; then databases.\n\nBring your own cases."


def load(players: Players, *, now: datetime) -> int:
    """Make all of it; returns how many sessions there are."""
    told: dict[str, Any] = yaml.safe_load((FOLDER / "training.yaml").read_text("utf-8"))
    with tenancy.everything():
        for course in (*videos.COURSES, ""):
            _shelf(course, told[course], players, now)
        held = [_session(fields, place, players, now) for place, fields in enumerate(told["sessions"])]
        _needs(players, held, now)
    return len(held)


def _shelf(course: str, lessons: list[dict[str, Any]], players: Players, now: datetime) -> None:
    at, by = now - timedelta(days=90), players.staff("senior")
    with clock.at(at):
        for position, fields in enumerate(lessons, start=1):
            address = f"https://videos.example/{course or fields['topic']}/{position}"
            draft = videos.Draft(course=course, position=position, url=address, **fields)
            videos.keep_video(draft=draft, published=True, at=at, by=by)


def _session(fields: dict[str, Any], place: int, players: Players, now: datetime) -> TrainingSession:
    people, day = fields.pop("people"), date_of(now) + timedelta(days=fields.pop("day"))
    starts_at = datetime.combine(day, time(10), tzinfo=BEIJING)
    by = players.staff("tam")
    at = min(now - timedelta(days=1), starts_at - WRITTEN_BEFORE)
    offered: dict[str, Any] = {"mode": "online", "seats": 20, "meeting": f"482 611 {place:03}"} | fields
    draft = sessions.Draft(
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        tiers=_tiers(now),
        trainer=players.staff(TRAINERS[place % len(TRAINERS)]).email,
        **offered,
    )
    with clock.at(at):
        session = sessions.write_session(draft=draft, at=at, by=by)
        sessions.publish(session=session, at=at, by=by)
    for name, slug, rating, comment in people:
        registered_at = at if starts_at < now else now
        _place(session, name, slug, registered_at, players, rating=rating, comment=comment)
    return session


def _place(
    session: TrainingSession, name: str, slug: str, at: datetime, players: Players, *, rating: int, comment: str
) -> None:
    by = players.member(slug)
    email = by.email if name == by.name else f"attendee{sum(map(ord, name)) % 1000}@{slug}.example"
    with clock.at(at):
        place = places.register(
            organization=players.organizations[slug], session=session, name=name, email=email, at=at, by=by
        )
    if rating:
        after = session.ends_at + timedelta(hours=3)
        with clock.at(after):
            places.rate(place=place, rating=rating, comment=comment, at=after, by=by)


def _needs(players: Players, held: list[TrainingSession], now: datetime) -> None:
    """Two partners answer the survey; one has its plan already."""
    at, quarter = now, Quarter.of(date_of(now))
    answers = {
        "pine": Answer(("database", "security"), ("online",), 6, "We move a clinic's records this quarter."),
        "summit": Answer(("security", "big_data", "operations"), ("online", "onsite"), 12, "希望安排实操练习。"),
    }
    by = players.staff("tam")
    with clock.at(at):
        for slug, answer in answers.items():
            organization = players.organizations[slug]
            planning.say_needs(organization=organization, answer=answer, at=at, by=players.owner(slug))
        pine, coming = players.organizations["pine"], [session for session in held if session.starts_at > now]
        planning.write_plan(organization=pine, quarter=quarter, body=PLAN, sessions=coming[:2], at=at, by=by)
        planning.publish_plan(organization=pine, quarter=quarter, at=at, by=by)


def _tiers(now: datetime) -> tuple[str, ...]:
    """Those whose plans include an online session a month."""
    tiers = [tier for family in versions.current(date_of(now)).families for tier in family.tiers]
    return tuple(access.tier_code(tier) for tier in tiers if tier.entitlement(ONLINE_TRAINING))
