"""Tickets of many organizations at once, for who looks after them: the most urgent of each, figures, ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum, Window
from django.db.models.functions import RowNumber

from tickets.average_satisfaction import LOOKED_BACK, Satisfaction, average
from tickets.models import ACTIVE, Status, Ticket
from tickets.own_tickets import with_running_timer


@dataclass(frozen=True)
class Figures:
    """How many tickets lie on the desk, wait for the organization, and owe an answer that is late or nearly so."""

    open: int = 0
    waiting: int = 0
    overdue: int = 0
    at_risk: int = 0


def most_urgent_of(organization_ids: Collection[int], limit: int) -> dict[int, list[Ticket]]:
    """{organization: its tickets on the desk in the order of the queue, at most `limit`}; one statement."""
    on_desk = Ticket.objects.filter(
        organization_id__in=list(organization_ids), status__in=(Status.OPEN, Status.IN_PROGRESS)
    )
    place = Window(RowNumber(), partition_by=F("organization_id"), order_by=["queue_rank", "sort_due", "number"])
    ranked = with_running_timer(on_desk).select_related("assignee").annotate(place=place).filter(place__lte=limit)
    found: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in ranked.order_by("queue_rank", "sort_due", "number"):
        found[ticket.organization_id].append(ticket)
    return found


def figures_of(organization_ids: Collection[int], at: datetime) -> dict[int, Figures]:
    """{organization: its figures}, those without a ticket on the desk left out; one statement."""
    rows = Ticket.objects.filter(organization_id__in=list(organization_ids), status__in=ACTIVE)
    counted = (
        rows.order_by()
        .values("organization_id")
        .annotate(
            open=Count("pk", filter=~Q(status=Status.WAITING_CUSTOMER)),
            waiting=Count("pk", filter=Q(status=Status.WAITING_CUSTOMER)),
            overdue=Count("pk", filter=Q(sort_due__lte=at)),
            risky=Count("pk", filter=Q(at_risk=True, sort_due__gt=at)),
        )
    )
    return {
        row["organization_id"]: Figures(row["open"], row["waiting"], row["overdue"], row["risky"]) for row in counted
    }


def satisfaction_by_organization(organization_ids: Collection[int], at: datetime) -> dict[int, Satisfaction]:
    """{organization: the average of the ratings of the last 90 days}, the unrated left out; one statement."""
    rows = Ticket.objects.filter(
        organization_id__in=list(organization_ids), rated_at__gt=at - LOOKED_BACK, rated_at__lte=at
    )
    summed = rows.order_by().values_list("organization_id").annotate(Sum("satisfaction"), Count("satisfaction"))
    return {pk: average(total, ratings) for pk, total, ratings in summed if ratings}
