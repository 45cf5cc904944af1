"""How many technical tickets a month allows, and what is left of them (spec page 4, section 4.2; page 5, 5.1).

    allowance = the tier's monthly number + tickets of the packs bought this month
    remaining = max(0, allowance − used)
    leftover packs at the end of the month = what is left, at most what the packs gave

Unlimited is None. Packs count only on a metered tier: a tier that includes technical tickets in a number.

Worked numbers, which also stand in tests/addons/test_allowance.py. Standard allows 30. With one pack (10) and 33
used: allowance 40, remaining 7, and 7 lapse at the end of the month. With one pack and 12 used: 28 remain, 10 lapse.
The owner is told at 80 % (24 of 30, 32 of 40) and at 100 %.
"""

from __future__ import annotations

from dataclasses import dataclass

LOW_PERCENT = 80


@dataclass(frozen=True)
class Allowance:
    """A month of one organization, in tickets. `plan` None is unlimited, 0 is not included."""

    plan: int | None
    packs: int
    used: int

    @property
    def metered(self) -> bool:
        """Whether the tier counts against a number; only then do packs count."""
        return bool(self.plan)

    @property
    def counted_packs(self) -> int:
        return self.packs if self.metered else 0

    @property
    def total(self) -> int | None:
        return None if self.plan is None else self.plan + self.counted_packs

    @property
    def remaining(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used)

    @property
    def is_low(self) -> bool:
        """80 % or more of a metered allowance are used."""
        return self.metered and self.used * 100 >= (self.total or 0) * LOW_PERCENT

    @property
    def is_exhausted(self) -> bool:
        return self.metered and self.used >= (self.total or 0)

    @property
    def leftover_packs(self) -> int:
        """Tickets of packs that lapse if the month ended now."""
        return min(self.packs, self.remaining or 0) if self.metered else 0
