"""The order of the desk's queue as numbers that an index can hold.

Spec page 4.5: severity first (tiers without a severity promise sort as `guidance`), then the tier's
resolution priority, then `due_at` (no running timer last), then the number. Severity and priority make one
small number, `queue_rank`; a ticket without a running timer is due at `NEVER_DUE`.

Worked numbers (also in the tests), with five severities and three priorities: the most severe with the highest
priority is 100; the least severe without priority is 142. Numbers below 100 are left for running events, which
come before all others.
"""

from __future__ import annotations

from datetime import UTC, datetime

# Not `infinity`, which Python cannot hold; inside what PostgreSQL and every time zone can.
NEVER_DUE = datetime(9000, 1, 1, tzinfo=UTC)

_FIRST_RANK = 100
RANKS = range(200)


def queue_rank(severity_order: int, priority_order: int) -> int:
    """The place by severity and resolution priority, both 0 for the most urgent (0 to 9); smaller is sooner."""
    if not (0 <= severity_order <= 9 and 0 <= priority_order <= 9):
        raise ValueError("the rank holds one digit each")
    return _FIRST_RANK + severity_order * 10 + priority_order
