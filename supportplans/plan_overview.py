"""What an organization's plan page shows: the tier, the term as days left, what is included, who was set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Organization
from common import readings
from common.beijing import Month, date_of
from common.money import Money
from common.problems import Refusal
from supportplans import access, comparison, renewing
from supportplans.cells import Cell
from supportplans.models import ProvisioningTask, Term
from supportplans.standing import HeldTerm, Standing, standing

# Units of the drawing's width.
WIDTH = 1000


@dataclass(frozen=True)
class Mark:
    """A month that begins inside the term, at `x` of 1,000."""

    x: int
    month: date


@dataclass(frozen=True)
class Timeline:
    """A term on a line of 1,000 units; today counts among the days left."""

    first_day: date
    last_day: date
    days: int
    days_left: int
    today_x: int
    marks: list[Mark]

    @property
    def rest_width(self) -> int:
        """How wide the days left are."""
        return WIDTH - self.today_x


@dataclass(frozen=True)
class SetUp:
    """A line, group or person that comes with the tier, and how far its setting up is."""

    name: str
    task: ProvisioningTask


@dataclass(frozen=True)
class Part:
    """A group of what the tier includes."""

    title: str
    lines: list[tuple[str, Cell]]


@dataclass(frozen=True)
class NextPlan:
    """The term after the running one: paid already (`is_paid`), asked for, or as the running one goes on.

    `undo_tier` and `undo_cycle`: what the running term has, where something else was asked for.
    """

    tier_name: str
    cycle: str
    cycle_name: str
    starts_on: date
    last_day: date
    price: Money
    is_paid: bool
    undo_tier: str
    undo_cycle: str

    @property
    def is_wish(self) -> bool:
        return bool(self.undo_tier or self.undo_cycle)


@dataclass(frozen=True)
class Plan:
    """Everything on the page. `timeline` None: the free tier, which has no term.

    `next` None: there is none, or what would follow is not sold any more (`next_problem`).
    """

    standing: Standing
    tier_name: str
    key_feature: str
    meant_for: str
    timeline: Timeline | None
    next: NextPlan | None
    next_problem: Refusal | None
    sections: list[Part]
    set_up: list[SetUp]
    may_subscribe: bool
    cycle_name: str

    @property
    def ends_on_text(self) -> str:
        """The first day after the term, in the reader's form; '' on the free tier."""
        return readings.day(self.standing.term.ends_on) if self.standing.term else ""


def overview(organization: Organization, at: datetime, language: str) -> Plan:
    """The plan of `organization` at `at`, in the reader's language; inside its tenant scope."""
    held = standing(organization, at)
    following, next_problem = _next(organization, held, at, language)
    catalogue, tier = held.catalogue, held.tier

    def name_of(list_name: str, code: str) -> str:
        return catalogue.name_of(list_name, code).in_language(language)

    sections = comparison.sections(catalogue, (tier,), language, name_of)
    tasks = access.live_provisioning(organization)
    return Plan(
        standing=held,
        tier_name=tier.name.in_language(language),
        key_feature=tier.key_feature.in_language(language),
        meant_for=tier.meant_for.in_language(language),
        timeline=timeline(held.term, date_of(at)) if held.term else None,
        next=following,
        next_problem=next_problem,
        sections=[Part(section.title, lines) for section in sections if (lines := section.lines_of(0))],
        set_up=[SetUp(name_of("entitlements", task.kind), task) for task in tasks],
        may_subscribe=held.family.may_subscribe(organization.partner_type),
        cycle_name=str(Term.Cycle(held.term.cycle).label) if held.term else "",
    )


def _next(
    organization: Organization, held: Standing, at: datetime, language: str
) -> tuple[NextPlan | None, Refusal | None]:
    if held.term is None:
        return None, None
    queued = access.queued_term(organization, at)
    try:
        term = renewing.following(organization=organization, held=held, queued=queued)
    except Refusal as refusal:
        return None, refusal
    following = NextPlan(
        tier_name=term.tier.name.in_language(language),
        cycle=term.cycle,
        cycle_name=str(Term.Cycle(term.cycle).label),
        starts_on=term.bounds.starts_on,
        last_day=term.bounds.ends_on - timedelta(days=1),
        price=term.price,
        is_paid=queued is not None,
        undo_tier=held.tier.code if queued is None and held.next_tier else "",
        undo_cycle=held.term.cycle if queued is None and held.next_cycle else "",
    )
    return following, None


def timeline(term: HeldTerm, today: date) -> Timeline:
    """The term as a line: of 2026-03-01 to 2027-03-01, on 2026-06-15, 259 of 365 days are left, today included."""
    bounds = term.bounds
    return Timeline(
        first_day=bounds.starts_on,
        last_day=bounds.ends_on - timedelta(days=1),
        days=bounds.days,
        days_left=bounds.unused_days(today) + 1,
        today_x=_x(bounds.used_days(today) - 1, bounds.days),
        marks=_marks(bounds.starts_on, bounds.ends_on),
    )


def _marks(starts_on: date, ends_on: date) -> list[Mark]:
    marks = []
    month = Month.of(starts_on).next()
    while month.first_day < ends_on:
        marks.append(Mark(_x((month.first_day - starts_on).days, (ends_on - starts_on).days), month.first_day))
        month = month.next()
    return marks


def _x(days: int, of_days: int) -> int:
    return days * WIDTH // of_days
