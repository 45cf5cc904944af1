"""What an organization may do and how fast it is answered: the one thing that other apps ask this one.

One query (supportplans/standing.py); all answers are data of the catalogue version that applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import Organization
from supportplans.catalogue import Catalogue, Entitlement, Family, Severity, Step, Tier
from supportplans.standing import HeldTerm, Standing, standing


@dataclass(frozen=True)
class Target:
    """How fast an answer is owed: `minutes` round the clock, or `working_days` (the other is None)."""

    minutes: int | None
    working_days: int | None


class Entitlements:
    """The answers for one organization at one instant."""

    def __init__(self, held: Standing) -> None:
        self.standing = held

    @property
    def catalogue(self) -> Catalogue:
        return self.standing.catalogue

    @property
    def family(self) -> Family:
        return self.standing.family

    @property
    def tier(self) -> Tier:
        return self.standing.tier

    @property
    def term(self) -> HeldTerm | None:
        """The paid term, None on the free tier."""
        return self.standing.term

    @property
    def suspended(self) -> bool:
        """Whether technical tickets and new bookings are refused until an overdue invoice is paid."""
        return self.standing.is_suspended

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities the tier takes, most urgent first."""
        return self.tier.severities

    @cached_property
    def severity_codes(self) -> tuple[str, ...]:
        return tuple(severity.code for severity in self.severities)

    def offers(self, severity: str) -> bool:
        """Whether the tier takes tickets of this severity."""
        return severity in self.severity_codes

    def target_for(self, severity: str) -> Target:
        """The response target of a severity.

        One that the tier does not offer (filed under another tier) takes the target of its most urgent offered one.
        """
        within = self.tier.accept_within_working_days
        if within is not None:
            return Target(minutes=None, working_days=within)
        offered = self.tier.severity(severity) or self.severities[0]
        return Target(minutes=offered.target_minutes, working_days=None)

    def sorts_as(self, severity: str) -> str:
        """The severity by which the desk's queue orders a ticket: a tier without a promise sorts all alike."""
        return self.tier.sorts_as or severity

    @property
    def accepts_only(self) -> bool:
        """Whether the promise is to accept within working days, so that accepting meets the first timer."""
        return self.tier.accept_within_working_days is not None

    @property
    def technical_included(self) -> bool:
        return self.tier.technical_tickets.included

    @property
    def monthly_quota(self) -> int | None:
        """Technical tickets a calendar month: None unlimited, 0 not included."""
        return self.tier.technical_tickets.monthly_quota if self.technical_included else 0

    @property
    def metered(self) -> bool:
        """Whether the month's technical tickets are limited and packs can be added."""
        return self.tier.technical_tickets.metered

    def entitlement(self, code: str) -> Entitlement | None:
        """What the tier includes under this code, announced things excepted."""
        found = self.tier.entitlement(code)
        return found if found and not found.coming_soon else None

    def allows(self, code: str) -> bool:
        """Whether the tier includes it and it is delivered already."""
        return self.entitlement(code) is not None

    @property
    def resolution_priority(self) -> str:
        return self.tier.resolution_priority

    @property
    def handler_level(self) -> str:
        return self.tier.handler_level

    @property
    def ladder(self) -> tuple[Step, ...]:
        """The steps of escalation, lowest first: how the desk works today, whatever version a plan was bought under."""
        return self.standing.in_force.escalation

    @property
    def excluded_regions(self) -> tuple[str, ...]:
        """Regions for which the family's technical tickets and bookings are refused."""
        return self.family.excluded_regions


def entitlements(organization: Organization, at: datetime) -> Entitlements:
    """What `organization` is entitled to at `at` (aware), in one query; inside its tenant scope."""
    return Entitlements(standing(organization, at))
