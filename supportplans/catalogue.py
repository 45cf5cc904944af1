"""The catalogue as values: families, tiers, prices, severities, entitlements (spec page 2; no Django here).

A version is a document as kept in `supportplans/catalogues/<version>.yaml`; `parse` turns it into these
frozen values or raises CatalogueErrors, which names every mistake by its path. Amounts are Decimal yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar

from supportplans.document_reading import Text

Cycle = Literal["monthly", "yearly"]
CYCLES: tuple[Cycle, ...] = ("monthly", "yearly")
ORGANIZATION_KINDS = ("customer", "partner")
TICKET_KINDS = ("technical", "business")
UNITS = ("natural_day", "working_day", "occasion")
PERIODS = ("term", "service_year")
USAGE_MODES = ("graduated", "volume")

# The steps of escalation that carry a meaning: from the one on a ticket is about to breach, at the other it does.
AT_RISK_PERCENT, BREACH_PERCENT = 80, 100
# Who is told at a step: the assignee (or the team's engineers on duty while nobody has it), the desk lead, the TAM,
# and the lead on duty as duty manager.
ASSIGNEE, LEAD, TAM, DUTY_MANAGER = AUDIENCES = ("assignee", "lead", "tam", "duty_manager")


class CatalogueErrors(ValueError):
    """A document that is no catalogue: `problems` maps a path in it to sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{path}: {'; '.join(said)}" for path, said in problems.items()))


class UnknownCode(LookupError):
    """The catalogue has no such code."""


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_T = TypeVar("_T", bound=_Coded)


def _pick(things: tuple[_T, ...], code: str) -> _T:
    for thing in things:
        if thing.code == code:
            return thing
    raise UnknownCode(code)


@dataclass(frozen=True)
class Named:
    """A code and its name."""

    code: str
    name: Text


@dataclass(frozen=True)
class SeverityDefinition:
    """What a severity means, with an example; `order` 0 is the most urgent."""

    code: str
    name: Text
    definition: Text
    example: Text
    order: int


@dataclass(frozen=True)
class Severity:
    """A severity that a tier takes; `target_minutes` None: no promise by severity."""

    code: str
    target_minutes: int | None


@dataclass(frozen=True)
class Entitlement:
    """Something a tier includes; the fields from `quota` to `priority_during_event` are for yearly quotas.

    `unit`: natural_day, working_day or occasion; `period`: `term` (granted with a term) or `service_year`.
    `coming_soon`: announced, shown, not delivered.
    """

    code: str
    name: Text
    group: str
    provisioned: bool = False
    quota: int | None = None
    unit: str | None = None
    period: str | None = None
    yearly_orders_only: bool = False
    notice_working_days: int | None = None
    notice_is_binding: bool = False
    binds_plan: bool = False
    priority_during_event: bool = False
    coming_soon: bool = False


@dataclass(frozen=True)
class Bracket:
    """`rate` applies to monthly usage from `from_amount` up to the next bracket."""

    from_amount: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Prices:
    """What a term costs."""

    monthly: Decimal
    yearly: Decimal

    def of(self, cycle: str) -> Decimal:
        """The price of a term of `cycle`; raises UnknownCode for any other word."""
        if cycle not in CYCLES:
            raise UnknownCode(cycle)
        return self.monthly if cycle == "monthly" else self.yearly


@dataclass(frozen=True)
class Channels:
    """The channels by which each kind of ticket may come."""

    business: tuple[str, ...]
    technical: tuple[str, ...]


@dataclass(frozen=True)
class TechnicalTickets:
    """`monthly_quota` None: unlimited; 0 where not included."""

    included: bool
    monthly_quota: int | None

    @property
    def metered(self) -> bool:
        """Whether a calendar month holds a limited number, to which packs can be added."""
        return self.included and self.monthly_quota is not None


@dataclass(frozen=True)
class Tier:
    """A level within a family."""

    code: str
    family: str
    rank: int
    name: Text
    key_feature: Text
    meant_for: Text
    prices: Prices
    usage_mode: str
    usage_brackets: tuple[Bracket, ...]
    severities: tuple[Severity, ...]
    accept_within_working_days: int | None
    sorts_as: str | None
    resolution_priority: str
    handler_level: str
    channels: Channels
    technical_tickets: TechnicalTickets
    entitlements: tuple[Entitlement, ...]

    @property
    def is_base(self) -> bool:
        """Whether it is the free tier that everyone has who pays for none."""
        return self.rank == 0

    @property
    def provisioning(self) -> tuple[str, ...]:
        """Lines, groups and people that staff set up for it."""
        return tuple(e.code for e in self.entitlements if e.provisioned and not e.coming_soon)

    def severity(self, code: str) -> Severity | None:
        """The severity if the tier takes it."""
        return next((s for s in self.severities if s.code == code), None)

    def entitlement(self, code: str) -> Entitlement | None:
        """The entitlement if the tier has it (also one that is only announced)."""
        return next((e for e in self.entitlements if e.code == code), None)


@dataclass(frozen=True)
class Category:
    """A category of the ticket form and the kinds of ticket it belongs to."""

    code: str
    name: Text
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What is helped with and what is not."""

    inside: tuple[Text, ...]
    outside: tuple[Text, ...]


@dataclass(frozen=True)
class Family:
    """A line of tiers for one kind of organization; tiers by rank.

    `paid_tiers_for_partner_types` None: any organization of the kind; `im_providers` None: any provider.
    """

    code: str
    name: Text
    organization_kind: str
    paid_tiers_for_partner_types: tuple[str, ...] | None
    im_providers: tuple[str, ...] | None
    excluded_regions: tuple[str, ...]
    categories: tuple[Category, ...]
    scope: Scope
    tiers: tuple[Tier, ...]

    @property
    def base(self) -> Tier:
        """The free tier."""
        return self.tiers[0]

    def tier(self, code: str) -> Tier:
        """The tier; raises UnknownCode."""
        return _pick(self.tiers, code)

    def may_subscribe(self, partner_type: str) -> bool:
        """Whether organizations of this partner type ('' for customers) may buy a paid tier."""
        return self.paid_tiers_for_partner_types is None or partner_type in self.paid_tiers_for_partner_types


@dataclass(frozen=True)
class Software:
    """Third-party software that is helped with."""

    code: str
    group: str
    name: Text
    versions: Text
    help: Text


@dataclass(frozen=True)
class TicketPack:
    """An add-on of technical tickets valid in one calendar month."""

    tickets: int
    price: Decimal


@dataclass(frozen=True)
class EventPriority:
    """The target of tickets that belong to a running event, from this severity up (spec page 4.3)."""

    target_minutes: int
    from_severity: str


@dataclass(frozen=True)
class Step:
    """A step of the ladder of escalation: a share of the response target in percent, and who is told of it."""

    percent: int
    told: tuple[str, ...]


# The ladder of a document that names none (spec page 4.4): older versions were written before it was data.
LADDER = (
    Step(50, (ASSIGNEE,)),
    Step(AT_RISK_PERCENT, (ASSIGNEE, LEAD)),
    Step(BREACH_PERCENT, (LEAD, TAM)),
    Step(200, (DUTY_MANAGER,)),
)


# Compared by identity: each process keeps one object per version, and hashing all of its values costs a page.
@dataclass(frozen=True, eq=False)
class Catalogue:
    """One version of everything that is sold. Severities from the most to the least urgent."""

    version: str
    effective_on: date
    currency: str
    ticket_pack: TicketPack
    event_priority: EventPriority
    escalation: tuple[Step, ...]
    severities: tuple[SeverityDefinition, ...]
    resolution_priorities: tuple[Named, ...]
    handler_levels: tuple[Named, ...]
    channels: tuple[Named, ...]
    entitlement_groups: tuple[Named, ...]
    entitlements: tuple[Entitlement, ...]
    families: tuple[Family, ...]
    out_of_scope_reasons: tuple[Named, ...]
    software_groups: tuple[Named, ...]
    third_party_software: tuple[Software, ...]
    products: tuple[Named, ...]
    regions: tuple[Named, ...]

    def family(self, code: str) -> Family:
        """The family; raises UnknownCode."""
        return _pick(self.families, code)

    def family_for(self, organization_kind: str) -> Family:
        """The one family that serves organizations of this kind; raises UnknownCode."""
        for family in self.families:
            if family.organization_kind == organization_kind:
                return family
        raise UnknownCode(organization_kind)

    def severity(self, code: str) -> SeverityDefinition:
        """The severity's definition; raises UnknownCode."""
        return _pick(self.severities, code)

    def step_percents(self) -> tuple[int, ...]:
        """The steps of the ladder, lowest first."""
        return tuple(step.percent for step in self.escalation)

    def severity_codes(self) -> tuple[str, ...]:
        return tuple(severity.code for severity in self.severities)

    def product_codes(self) -> tuple[str, ...]:
        return tuple(product.code for product in self.products)

    def region_codes(self) -> tuple[str, ...]:
        return tuple(region.code for region in self.regions)

    def software_codes(self) -> tuple[str, ...]:
        return tuple(software.code for software in self.third_party_software)

    def name_of(self, list_name: str, code: str) -> Text:
        """The name of a code in one of the named lists ("products", "regions", "handler_levels"…).

        A code that this version no longer has (an old ticket may carry it) is its own name.
        """
        for thing in getattr(self, list_name):
            if thing.code == code:
                name: Text = thing.name
                return name
        return Text(code, code)


def parse(document: Any) -> Catalogue:
    """The catalogue of a document as in the file; raises CatalogueErrors with every mistake by its path."""
    from supportplans.catalogue_reading import read

    return read(document)
