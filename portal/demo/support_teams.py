"""The demo's support teams: lines, groups and managers that are set up, one that is not, and the managers' log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import yaml

from common import clock, outbox, tenancy
from common.beijing import date_of
from portal.demo.cast import Players
from portal.demo.stories import FOLDER
from supportplans import access, provisioning, tam_notes
from supportplans.models import ProvisioningTask

ASSIGNED_AFTER = timedelta(days=2)


def set_up(players: Players, *, now: datetime) -> int:
    """Make all of it; returns how many tasks were completed. The plans' managers are assigned after two days."""
    told: dict[str, Any] = yaml.safe_load((FOLDER / "support_teams.yaml").read_text("utf-8"))
    people = {"person": players.staff("tam"), "deputy": players.staff("senior")}
    with tenancy.everything():
        tasks = list(access.all_provisioning().filter(state=ProvisioningTask.State.OPEN).order_by("pk"))
    planned = {(fields.pop("org"), fields.pop("kind")): fields for fields in told["set_up"]}
    done = 0
    for task in tasks:
        facts = planned.get((task.organization.slug, task.kind), people if task.kind == "tam" else None)
        if facts is not None:
            after = timedelta(days=facts["after"]) if "after" in facts else ASSIGNED_AFTER
            with _moment(min(task.opened_at + after, now)) as at:
                more = {name: value for name, value in facts.items() if name != "after"}
                provisioning.complete(task=task, by=players.staff("admin"), at=at, **more)
            done += 1
    for fields in told["notes"]:
        _note(fields, players, now)
    return done


def _note(fields: dict[str, Any], players: Players, now: datetime) -> None:
    written, by = now - timedelta(days=fields["ago"]), players.staff("tam")
    follow_up_on = date_of(now) + timedelta(days=fields["follow_up"])
    with _moment(written) as at:
        note = tam_notes.write(
            organization=players.organizations[fields["org"]],
            kind=fields["kind"],
            body=fields["body"],
            follow_up_on=follow_up_on,
            at=at,
            by=by,
        )
    if fields.get("done"):
        with _moment(now + timedelta(days=fields["follow_up"])) as at:
            tam_notes.followed_up(note=note, at=at, by=by)


@contextmanager
def _moment(instant: datetime) -> Iterator[datetime]:
    """The clock stopped there; what was done leaves at once, so that notices carry that time."""
    with clock.at(instant):
        with tenancy.everything():
            yield instant
        outbox.relay()
