"""Who is told when a timer crosses a step of the ladder (spec page 4.4)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.access import staff_with_role
from accounts.models import Person
from supportplans.access import tams_of
from supportplans.entitlements import Entitlements
from tickets import timers
from tickets.models import Ticket


def told_of(step: int, ticket: Ticket, held: Entitlements) -> list[Person]:
    """The people of a step, each once. `held` is what the organization is entitled to now."""
    people: dict[int, Person] = {}
    for audience in timers.TOLD[step]:
        for person in _people_of(audience, ticket, held):
            people[person.pk] = person
    return list(people.values())


def _people_of(audience: str, ticket: Ticket, held: Entitlements) -> Iterable[Person]:
    if audience == timers.ASSIGNEE:
        return [ticket.assignee] if ticket.assignee else _engineers_on_duty(ticket, held)
    if audience == timers.LEAD:
        return staff_with_role("lead")
    if audience == timers.TAM:
        # Until one is assigned, any of them looks after an organization whose plan includes one.
        if not held.allows("tam"):
            return []
        return tams_of(ticket.organization_id) or staff_with_role("tam")
    leads = staff_with_role("lead")
    on_duty = list(Person.objects.staff().filter(pk__in=[lead.pk for lead in leads], staff__on_duty=True))
    # Somebody is told even when the roster names nobody.
    return on_duty or leads


def _engineers_on_duty(ticket: Ticket, held: Entitlements) -> list[Person]:
    """Engineers on duty who may take it: of its level or a higher one, and of its product's team."""
    levels = [level.code for level in held.catalogue.handler_levels]
    lowest = levels.index(ticket.handler_level) if ticket.handler_level in levels else 0
    on_duty = (
        Person.objects.staff()
        .filter(staff__role="engineer", staff__on_duty=True, staff__level__in=levels[lowest:])
        .select_related("staff")
        .order_by("pk")
    )
    return [
        engineer
        for engineer in on_duty
        if not engineer.staff.products or not ticket.product or ticket.product in engineer.staff.products
    ]
