"""The demo's tickets: stories of tickets.yaml told in the order of time, through the actions that people use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from accounts.models import Person
from common import clock, outbox, tenancy
from common.beijing import Month
from notifications.access import notices_of
from notifications.reading import mark_all_read
from portal.demo.cast import Players
from tickets import closing, conversation, handling
from tickets.access import any_ticket
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.sweep import sweep

FOLDER = Path(__file__).parent
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
TICKET_FIELDS = (
    "kind", "severity", "subject", "body", "region", "product", "category", "end_customer", "tried",
)  # fmt: skip
UNREAD = timedelta(hours=6)
QUESTION = "Seen since this morning by one of our customers; details and request ids are in the attached note."
ANSWER = "Thank you. This is known and being mended; we will write when it is done, at the latest tomorrow noon."


class Scene(NamedTuple):
    """Something that happens at an instant."""

    at: datetime
    order: int
    play: Callable[[datetime], None]


def read_old_notices(players: Players, *, now: datetime) -> None:
    """Everybody has seen what happened more than some hours ago."""
    with tenancy.everything(), clock.at(now):
        for person in players.people.values():
            mark_all_read(notices=notices_of(person).filter(created_at__lt=now - UNREAD), by=person)


def tell(players: Players, *, now: datetime) -> int:
    """Play every story up to `now`, with the sweep in between as it would have run; returns how many tickets."""
    stories = [*_written(), *_busy_partner(now)]
    scenes = sorted(scene for number, story in enumerate(stories) for scene in _scenes(players, story, now, number))
    swept = scenes[0].at
    for at, _order, play in scenes:
        while swept + timedelta(hours=1) < at:
            swept += timedelta(hours=1)
            _at(swept, lambda instant: sweep(at=instant))
        _at(at, play)
    return len(stories)


def _at(instant: datetime, play: Callable[[datetime], Any]) -> None:
    """Play it with the clock stopped there, and let its effects leave at once: notices carry their own time."""
    with clock.at(instant):
        play(instant)
        outbox.relay()


def _written() -> list[dict[str, Any]]:
    return yaml.safe_load((FOLDER / "tickets.yaml").read_text("utf-8"))


def _busy_partner(now: datetime) -> list[dict[str, Any]]:
    """Short tickets that fill most of a partner's quota of this month, spread from its first day to now."""
    questions = yaml.safe_load((FOLDER / "pine_questions.yaml").read_text("utf-8"))
    span = (now - Month.of_instant(now).starts_at) / (len(questions) + 1)
    return [
        {
            "org": "pine", "by": "member", "ago": span * (len(questions) - number), "kind": "technical",
            "severity": "system_impaired", "product": product, "region": region, "category": category,
            "subject": subject, "body": QUESTION, "tried": "The steps of the guide, and a second account.",
            "steps": [
                {"after": span / 8, "who": "engineer", "do": "claim"},
                {"after": span / 4, "who": "engineer", "do": "reply", "text": ANSWER, "then": "resolve"},
            ],
        }
        for number, (subject, product, region, category) in enumerate(questions)
    ]  # fmt: skip


def _scenes(players: Players, story: dict[str, Any], now: datetime, number: int) -> Iterator[Scene]:
    filed_at = now - span(story["ago"])
    filed: list[str] = []

    def file(at: datetime) -> None:
        organization = players.organizations[story["org"]]
        draft = Draft(**{name: story[name] for name in TICKET_FIELDS if name in story})
        with tenancy.organization(organization.pk):
            person = players.people[f"{story['by']}@{story['org']}.example"]
            ticket = file_ticket(organization=organization, by=person, draft=draft, channel="portal", at=at)
        filed.append(ticket.number)

    yield Scene(filed_at, number * 100, file)
    for place, step in enumerate(story["steps"], 1):
        yield Scene(filed_at + span(step["after"]), number * 100 + place, _step(players, story, step, filed))


def _step(
    players: Players, story: dict[str, Any], step: dict[str, Any], filed: list[str]
) -> Callable[[datetime], None]:
    def play(at: datetime) -> None:
        with tenancy.everything():
            _act(players, story, step, filed[0], at)

    return play


def _act(players: Players, story: dict[str, Any], step: dict[str, Any], number: str, at: datetime) -> None:
    ticket = any_ticket(number)
    who: Person = (
        players.people.get(f"{step['who']}@support.example") or players.people[f"{step['who']}@{story['org']}.example"]
    )
    text = step.get("text", "")
    match step["do"]:
        case "claim":
            handling.claim(ticket=ticket, by=who, at=at)
        case "accept":
            handling.accept(ticket=ticket, by=who, at=at)
        case "reply":
            conversation.staff_reply(ticket=ticket, by=who, body=text, at=at, then=step.get("then"))
        case "note":
            conversation.note(ticket=ticket, by=who, body=text, at=at)
        case "message":
            conversation.customer_message(
                ticket=ticket, organization=players.organizations[story["org"]], by=who, body=text, at=at
            )
        case "close":
            closing.close(ticket=ticket, organization=players.organizations[story["org"]], by=who, at=at)
        case other:
            raise ValueError(f"unknown step {other!r} in tickets.yaml")


def span(text: str | timedelta) -> timedelta:
    """'90m', '4h' or '3d' as a span of time."""
    if isinstance(text, timedelta):
        return text
    match = re.fullmatch(r"(\d+)([mhd])", text)
    if match is None:
        raise ValueError(f"not a span of time: {text!r}")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
