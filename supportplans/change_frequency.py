"""How often an organization changed its tier (spec page 3.3, `too_frequent_changes`; no Django here).

A change counts when it took effect inside a term, up or down, or when another tier was subscribed within 90 days
of leaving one; a change at renewal does not count. After 3 in the last 90 days the next one is refused.

Worked numbers (also in the tests): a developer's monthly term ends on 1 February 2026, business is bought on
1 February, developer on 1 March, business on 1 April: three changes within 59 days, so that on 1 May (89 days
after the first) another tier is refused, and on 2 May (90 days after it) allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WINDOW = timedelta(days=90)
ALLOWED_IN_WINDOW = 3


@dataclass(frozen=True)
class Held:
    """A tier held from `began_at` until `until`; `at_renewal` when it followed the term before it by renewal."""

    tier: str
    began_at: datetime
    until: datetime
    at_renewal: bool


def changes(history: Sequence[Held]) -> list[datetime]:
    """The instants at which changes that count took effect; `history` is in order of time."""
    return [later.began_at for earlier, later in pairwise(history) if _is_change(earlier, later)]


def changes_in_window(history: Sequence[Held], at: datetime) -> int:
    """How many of them lie in the 90 days before `at`."""
    return sum(at - WINDOW < took_effect <= at for took_effect in changes(history))


def would_be_change(history: Sequence[Held], tier: str, at: datetime) -> bool:
    """Whether holding `tier` from `at` on would count as a change."""
    return bool(history) and _is_change(history[-1], Held(tier, at, at, at_renewal=False))


def _is_change(earlier: Held, later: Held) -> bool:
    within_reach = later.began_at - earlier.until < WINDOW
    return earlier.tier != later.tier and within_reach and not later.at_renewal
