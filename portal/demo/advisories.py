"""The demo's advisories: one incident that runs, a change to come, releases, and what is over within 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import yaml

from accounts.models import Person
from care.advisories import access, acknowledging, affected, asking, publishing, tasks, updates, writing
from care.models import Advisory, AdvisoryTask
from common import clock, tenancy
from portal.demo.cast import Players
from portal.demo.stories import FOLDER
from tickets.models import Channel

READ_AFTER = timedelta(hours=2)


def load(players: Players, *, now: datetime) -> int:
    """Say all of them, the oldest first, and what people made of them; returns how many there are."""
    told: list[dict[str, Any]] = yaml.safe_load((FOLDER / "advisories.yaml").read_text("utf-8"))
    for story in sorted(told, key=lambda story: -story["ago"]):
        _tell(story, players, now)
    return len(told)


def _tell(story: dict[str, Any], players: Players, now: datetime) -> None:
    """`ago` is hours before now; `after`, `starts` and `ends` are hours after the advisory was said."""
    said_at, by = now - timedelta(hours=story["ago"]), players.staff("tam")
    fields = dict(story["fields"])
    for name in ("starts", "ends"):
        if name in fields:
            fields[f"{name}_at"] = said_at + timedelta(hours=fields.pop(name))
    for name in ("products", "regions"):
        fields[name] = tuple(fields.get(name, ()))
    with tenancy.everything(), clock.at(said_at):
        advisory = writing.write(draft=writing.Draft(**fields), by=by, at=said_at)
        for slug, note in story.get("affects", {}).items():
            panel = players.staff("senior")
            affected.mark(advisory=advisory, organization=slug, note=note, by=panel, at=said_at)
        if story.get("draft"):
            return
        advisory = publishing.publish(advisory=advisory, by=by, at=said_at)
        while publishing.hand_out(advisory.pk, at=said_at):
            pass
    for step in story.get("updates", []):
        _update(advisory, step, by, said_at + timedelta(hours=step["after"]))
    for email in story.get("read_by", []):
        _acknowledge(advisory, email, players, min(said_at + READ_AFTER, now))
    if "asks" in story:
        _ask(advisory, story["asks"], players, said_at)
    for slug, did in story.get("tasks", {}).items():
        _work(advisory, slug, did, players, said_at)


def _update(advisory: Advisory, step: dict[str, Any], by: Person, at: datetime) -> None:
    with tenancy.everything(), clock.at(at):
        texts = {name: step[name] for name in ("state", "body_en", "body_zh")}
        made = updates.update(advisory=advisory, by=by, at=at, **texts)
        updates.hand_out(made.pk, at=at)


def _acknowledge(advisory: Advisory, email: str, players: Players, at: datetime) -> None:
    person, organization = players.people[email], players.organizations[email.split("@")[1].split(".", maxsplit=1)[0]]
    with tenancy.organization(organization.pk), clock.at(at):
        receipt = access.receipt_of(organization, advisory.pk)
        acknowledging.acknowledge(receipt=receipt, by=person, at=at)


def _ask(advisory: Advisory, asked: dict[str, Any], players: Players, said_at: datetime) -> None:
    organization, at = players.organizations[asked["org"]], said_at + timedelta(hours=asked["after"])
    with tenancy.organization(organization.pk), clock.at(at):
        receipt = access.receipt_of(organization, advisory.pk)
        by = players.member(asked["org"])
        asking.ask(receipt=receipt, by=by, at=at, channel=Channel.PORTAL, fields={"body": asked["body"]})


def _work(advisory: Advisory, slug: str, did: dict[str, Any], players: Players, said_at: datetime) -> None:
    by = players.staff("tam")
    with tenancy.everything():
        task = AdvisoryTask.objects.get(advisory=advisory, organization=players.organizations[slug])
        for name, action in (("contacted", tasks.contacted), ("plan", tasks.plan), ("done", tasks.done)):
            if name not in did:
                continue
            at = said_at + timedelta(hours=did[name]["after"])
            said = {key: text for key, text in did[name].items() if key != "after"}
            with clock.at(at):
                action(task=task, by=by, at=at, **said)
