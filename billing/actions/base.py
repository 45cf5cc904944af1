"""What an action is: something that a quote prices, an order executes and a payment sets off.

A new action is a module here and an entry in the registry (billing/actions/__init__.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from accounts.models import Organization, Person
from billing.pricing import deadlines
from common.beijing import date_of
from common.money import Money
from supportplans import access
from supportplans.catalogue import Catalogue
from supportplans.entitlements import Entitlements, entitlements
from supportplans.models import Term
from supportplans.standing import Standing

# When a change takes effect: `effective` of a quote.
AT_PAYMENT = "at_payment"
AT_ONCE = "at_once"
AT_RENEWAL = "at_renewal"

# What a wish's `at` can say.
NOW = "now"
RENEWAL = "renewal"


@dataclass(frozen=True)
class Wish:
    """What was asked for, as typed: fields that an action does not use are left alone."""

    action: str
    tier: str = ""
    cycle: str = ""
    quantity: int | None = None
    # "now" or "renewal".
    at: str = NOW
    # The version it was quoted under; None before there is a quote.
    catalogue_version: str | None = None


@dataclass(frozen=True)
class Situation:
    """The organization and what it holds at the instant of the decision."""

    organization: Organization
    at: datetime
    entitlements: Entitlements
    # The paid term that follows the running one.
    queued: Term | None = None

    @classmethod
    def of(cls, organization: Organization, at: datetime) -> Situation:
        """Read it, in two queries at most; inside the organization's tenant scope."""
        held = entitlements(organization, at)
        queued = access.queued_term(organization, at) if held.term else None
        return cls(organization, at, held, queued)

    @property
    def standing(self) -> Standing:
        return self.entitlements.standing

    @property
    def catalogue(self) -> Catalogue:
        return self.entitlements.catalogue

    @property
    def today(self) -> date:
        return date_of(self.at)

    @property
    def fingerprint(self) -> str:
        """Of the subscription: it differs when the tier, the term or its end, or what follows it does.

        A suspension is no change; automatic renewal is one to the actions that mind it (`fingerprint_for`).
        """
        held, term = self.standing, self.standing.term
        facts = [held.family.code, held.tier.code]
        if term is not None:
            facts += [str(term.id), term.cycle, term.starts_on.isoformat(), term.ends_on.isoformat()]
            facts += [held.next_tier, held.next_cycle, str(self.queued.pk) if self.queued else ""]
        return hashlib.sha256("|".join(facts).encode()).hexdigest()

    def fingerprint_for(self, action: Action) -> str:
        """What a quote of this action was made for."""
        if not action.minds_auto_renew:
            return self.fingerprint
        return hashlib.sha256(f"{self.fingerprint}|{self.standing.auto_renew}".encode()).hexdigest()


@dataclass(frozen=True)
class Line:
    """One line: rounded once, here. `params` are the facts of its sentence (billing/wording.py)."""

    code: str
    amount: Money
    quantity: int = 1
    days: int | None = None
    of_days: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A priced change before it is kept as a quote."""

    lines: tuple[Line, ...]
    effects: tuple[Mapping[str, Any], ...]
    effective: str
    # The version it is priced under, where that is not the one of the situation.
    catalogue_version: str = ""

    @property
    def total(self) -> Money:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class Period:
    """What an invoice line pays for, or gives back, last day not included.

    `term`: of a plan's line the order that bought its term; the same through all changes inside the term.
    """

    starts_on: date
    ends_on: date
    term: str = ""


class Action(Protocol):
    code: str
    # Whether it changes the subscription: then an unpaid order dies when the subscription changes under it.
    changes_subscription: bool
    # Whether its quote speaks of automatic renewal: then it dies when that is switched.
    minds_auto_renew: bool

    def check(self, wish: Wish, situation: Situation) -> None:
        """Raise FieldErrors, then the Refusal that stands against it: at the quote, the order and the payment."""

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        """Its price, line by line, and what else would happen."""

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        """The instant from which an unpaid order is cancelled; `waits`: how long its way to pay takes at most."""

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        """Do it, in the caller's transaction and under its locks; the period that each line pays for."""
