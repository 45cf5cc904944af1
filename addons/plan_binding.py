"""How consumed quotas bind annual plans (spec page 3, section 3.4).

In a yearly term, of each service whose catalogue flag says that it binds the plan: a downgrade is blocked where the
new tier's standard quota − consumed < 0, leaving where anything was consumed. Consumed = booked and not withdrawn or
rejected. Monthly terms and changes at renewal are never bound.

Worked examples, which also stand in tests/addons/test_plan_binding.py. Enterprise yearly with 2 of 3 days of the
escort service consumed: business (1) is blocked by escort 2 > 1; with 1 consumed it is allowed, the allowance becomes
min(3, 1) = 1 and 0 are left; leaving is blocked by either. One availability check consumed blocks business (none).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Organization
from addons import access
from addons.models import Booking
from addons.service_allowance import YEARLY
from addons.service_quotas import ServiceBalance, balances, standard_quota
from supportplans.catalogue import Tier
from supportplans.entitlements import Entitlements, entitlements


@dataclass(frozen=True)
class Blocking:
    """A service that stands against a change: `consumed` units are more than the `allowed` ones."""

    service: str
    consumed: int
    allowed: int


def blocking_downgrade(
    *, organization: Organization, at: datetime, new_tier: Tier, held: Entitlements | None = None
) -> list[Blocking]:
    """What stands against changing to `new_tier` now; [] for upgrades and where nothing binds.

    Inside the tenant scope; an action asks again under the organization's lock, which bookings take as well.
    """
    held = held or entitlements(organization, at)
    if new_tier.rank >= held.tier.rank:
        return []
    return [
        Blocking(each.code, each.used, allowed)
        for each in _binding(organization, at, held)
        if each.used > (allowed := standard_quota(new_tier, each.code))
    ]


def blocking_leave(*, organization: Organization, at: datetime, held: Entitlements | None = None) -> list[Blocking]:
    """What stands against leaving the plan now: every binding service of which anything was consumed."""
    held = held or entitlements(organization, at)
    return [Blocking(each.code, each.used, 0) for each in _binding(organization, at, held) if each.used]


def binds(organization: Organization, code: str, at: datetime, held: Entitlements | None = None) -> bool:
    """Whether a booking of the service binds the plan held at `at`: the form says so before."""
    return code in binding_codes(organization, at, held)


def binding_codes(organization: Organization, at: datetime, held: Entitlements | None = None) -> frozenset[str]:
    """The services of which a booking binds the plan held at `at`."""
    held = held or entitlements(organization, at)
    return frozenset(each.code for each in _binding(organization, at, held))


def balances_after(
    *, organization: Organization, at: datetime, new_tier: Tier, held: Entitlements | None = None
) -> list[ServiceBalance]:
    """The yearly quotas as a change to `new_tier` at `at` would leave them: for the quote's effects."""
    return balances(organization, at, held, after=new_tier)


def _binding(organization: Organization, at: datetime, held: Entitlements) -> Sequence[ServiceBalance]:
    if held.term is None or held.term.cycle != YEARLY:
        return ()
    return [each for each in balances(organization, at, held) if each.service.binds_plan]


def bookings_ended_by(*, organization: Organization, last_paid_day: date) -> list[Booking]:
    """The bookings that a change of the plan would end: open ones that reach beyond `last_paid_day`.

    Leaving now: the date of leaving, which counts as used; leaving at renewal, where that cancels a queued term: the
    running term's last day; a queued term made shorter: its new last day. Inside the tenant scope.
    addons.bookings.withdraw_for_plan_change withdraws them when the change takes effect.
    """
    return list(access.open_after(organization, last_paid_day))
