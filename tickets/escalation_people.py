"""Who is told when a timer crosses a step of the ladder (spec page 4.4): read once, answered for many tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings

from accounts.models import Person
from common.calendar_days import calendar
from supportplans.access import tams_by_organization
from supportplans.catalogue import ASSIGNEE, LEAD, TAM, Step
from supportplans.manager_hours import at_work
from supportplans.standing import organizations_with
from tickets.desk.duty import Duty, duty_at
from tickets.models import Ticket


@dataclass(frozen=True)
class Concerned:
    """What decides who is told of a ticket."""

    organization_id: int
    assignee_id: int | None
    handler_level: str
    product: str

    @classmethod
    def by(cls, ticket: Ticket) -> Concerned:
        return cls(ticket.organization_id, ticket.assignee_id, ticket.handler_level, ticket.product)


class Audience:
    """The people of the ladder's steps at an instant, for tickets of the given organizations."""

    def __init__(self, organization_ids: Iterable[int], *, at: datetime) -> None:
        self._ids = set(organization_ids)
        self._at = at
        self._duty: Duty = duty_at(at)
        self._tams: dict[int, list[Person]] | None = None

    def of(self, step: Step, concerned: Concerned) -> list[Person]:
        """The people of a step, each once."""
        people = {person.pk: person for audience in step.told for person in self._people(audience, concerned)}
        return list(people.values())

    def _people(self, audience: str, concerned: Concerned) -> list[Person]:
        if audience == ASSIGNEE:
            return self._holder(concerned) or self._duty.team_for(concerned.handler_level, concerned.product)
        if audience == LEAD:
            return self._duty.leads() or self._duty.duty_managers()
        if audience == TAM:
            tams = self._tams_of(concerned.organization_id)
            if not tams or self._managers_are_at_work:
                return tams
            return self._duty.team_for(concerned.handler_level, concerned.product)
        return self._duty.duty_managers()

    @cached_property
    def _managers_are_at_work(self) -> bool:
        """Outside their hours what is meant for them goes to the duty roster (spec page 2.4)."""
        return at_work(self._at, settings.TAM_HOURS, calendar())

    def _holder(self, concerned: Concerned) -> list[Person]:
        """Who has it; nobody where they have left the desk."""
        return [person for person in self._duty.staff if person.pk == concerned.assignee_id]

    def _tams_of(self, organization_id: int) -> list[Person]:
        """Until one is assigned, any of them looks after an organization whose plan includes one."""
        if self._tams is None:
            with_one = organizations_with("tam", self._ids, self._at)
            assigned = tams_by_organization(with_one)
            self._tams = {pk: assigned.get(pk) or self._duty.tams() for pk in with_one}
        return self._tams.get(organization_id, [])
