"""What follows from steps of escalation: people are told, of many tickets at once (spec page 4.4).

Runs in the relay, at least once; whatever waits comes together (common/outbox.py), so that a person hears of one sweep
in one notice for each step, and of a hundred thousand timers after days of downtime in as few. A single ticket is
told of by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from accounts.models import Person
from common import clock, outbox
from common.models import OutboxEvent
from notifications.notices import notify
from supportplans import versions
from supportplans.catalogue import AT_RISK_PERCENT, BREACH_PERCENT, Step
from tickets.addresses import desk_path
from tickets.escalation_people import Audience, Concerned
from tickets.models import ResponseTimer

# Kinds with words of their own; other ladders' steps have general ones.
_KINDS = {50: "ticket.step50", AT_RISK_PERCENT: "ticket.step80", BREACH_PERCENT: "ticket.breach", 200: "ticket.step200"}

_GROUPS = """
SELECT step.percent, ticket.organization_id, ticket.assignee_id, ticket.handler_level, ticket.product,
       count(*), min(timer.id)
  FROM unnest(%s::bigint[], %s::smallint[]) AS step(timer_id, percent)
  JOIN tickets_responsetimer AS timer ON timer.id = step.timer_id
  JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id
 GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class _Group:
    """Timers that crossed the same step and concern the same people; `timer_id` is one of them."""

    percent: int
    concerned: Concerned
    count: int
    timer_id: int


@dataclass
class _Told:
    """What one person is told of one step."""

    count: int = 0
    timer_id: int = 0


@outbox.handles_together("ticket.escalated")
def tell_of_steps(events: Sequence[OutboxEvent]) -> None:
    """The people of each step learn which ticket crossed it, or how many did."""
    groups = list(_groups(events))
    ladder = {step.percent: step for step in versions.current(clock.today()).escalation}
    audience = Audience((group.concerned.organization_id for group in groups), at=clock.now())
    told: dict[int, dict[Person, _Told]] = defaultdict(lambda: defaultdict(_Told))
    for group in groups:
        for person in audience.of(_step(ladder, group.percent), group.concerned):
            one = told[group.percent][person]
            one.count, one.timer_id = one.count + group.count, group.timer_id
    for percent in sorted(told):
        _tell(percent, told[percent], key=f"steps:{percent}:{events[0].pk}")


@outbox.handles("ticket.updated")
def tell_of_urging(event: OutboxEvent) -> None:
    """A customer urges: the people whom the next step would tell learn of it now."""
    if event.payload.get("change") != "urged":
        return
    timer = ResponseTimer.objects.select_related("ticket__organization").get(pk=event.payload["timer"])
    if timer.ended_at is not None:
        return
    ladder = versions.current(clock.today()).escalation
    waits_for = timer.next_step or ladder[-1].percent
    step = next((step for step in ladder if step.percent >= waits_for), ladder[-1])
    notify(
        people=Audience([timer.organization_id], at=clock.now()).of(step, Concerned.by(timer.ticket)),
        kind="ticket.urged",
        params=facts(timer) | {"by": event.payload["by_name"]},
        url=desk_path(timer.ticket.number),
        key=f"urged:{event.pk}",
    )


def _groups(events: Iterable[OutboxEvent]) -> Iterator[_Group]:
    timers: list[int] = []
    percents: list[int] = []
    for event in events:
        for percent, ids in event.payload["steps"].items():
            timers += ids
            percents += [int(percent)] * len(ids)
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [timers, percents])
        for percent, organization, assignee, level, product, count, timer in cursor.fetchall():
            yield _Group(percent, Concerned(organization, assignee, level, product), count, timer)


def _step(ladder: dict[int, Step], percent: int) -> Step:
    """The step as the ladder in force has it; one that has just left it tells the people of the one below."""
    return ladder.get(percent) or ladder[max((known for known in ladder if known < percent), default=min(ladder))]


def _tell(percent: int, told: dict[Person, _Told], *, key: str) -> None:
    """One notice to each: those who hear the same are told together."""
    alone: dict[int, list[Person]] = defaultdict(list)
    many: dict[int, list[Person]] = defaultdict(list)
    for person, one in told.items():
        (alone[one.timer_id] if one.count == 1 else many[one.count]).append(person)
    kind = kind_of(percent)
    timers = ResponseTimer.objects.select_related("ticket__organization").in_bulk(list(alone))
    for timer_id, people in alone.items():
        timer = timers[timer_id]
        notify(
            people=people,
            kind=kind,
            params=facts(timer) | {"percent": percent},
            url=desk_path(timer.ticket.number),
            key=f"step:{timer.pk}:{percent}",
        )
    for count, people in many.items():
        params = {"count": count, "percent": percent}
        notify(people=people, kind=f"{kind}_many", params=params, url=_view_of(percent), key=key)


def kind_of(percent: int) -> str:
    """The kind of notice that tells of a step."""
    return _KINDS.get(percent) or ("ticket.step_before" if percent < BREACH_PERCENT else "ticket.breach_step")


def _view_of(percent: int) -> str:
    """Where the tickets of a step are found: in the view of what is late, what nearly is, or what is the team's."""
    late_or_soon = "breached" if percent >= BREACH_PERCENT else "at_risk"
    view = late_or_soon if percent >= AT_RISK_PERCENT else "team"
    return f"{reverse('tickets:queue')}?{urlencode({'view': view})}"


def facts(timer: ResponseTimer) -> dict[str, Any]:
    """What a notice says of a timer and its ticket."""
    ticket = timer.ticket
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "organization": ticket.organization.name,
        "severity": ticket.severity,
        "due_at": timer.due_at.isoformat(),
    }
