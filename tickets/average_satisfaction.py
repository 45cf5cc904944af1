"""How content an organization was with what was done, on average (spec page 4.5 'CSAT', 4.6 'Satisfaction')."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from accounts.models import Organization
from tickets.models import Ticket

LOOKED_BACK = timedelta(days=90)
BEST = 5


@dataclass(frozen=True)
class Satisfaction:
    """`score` from 1 to 5 with one decimal; `ratings` is how many there were."""

    score: Decimal
    ratings: int


def satisfaction_of(organization: Organization, *, at: datetime) -> Satisfaction | None:
    """The average of the ratings of the last 90 days; None where nobody rated. One statement."""
    rated = Ticket.objects.filter(organization=organization, rated_at__gt=at - LOOKED_BACK, rated_at__lte=at)
    found = rated.aggregate(total=Sum("satisfaction"), ratings=Count("satisfaction"))
    if not found["ratings"]:
        return None
    return average(found["total"], found["ratings"])


def average(total: int, ratings: int) -> Satisfaction:
    """`ratings` ratings that sum up to `total`: (5 + 4 + 4) / 3 = 4.3."""
    return Satisfaction((Decimal(total) / ratings).quantize(Decimal("0.1"), ROUND_HALF_UP), ratings)
