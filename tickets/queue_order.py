"""The order of the desk's queue as numbers that an index can hold.

Spec page 4.5: severity first (tiers without a severity promise sort as `guidance`), then the tier's
resolution priority, then `due_at` (no running timer last), then the number. Severity and priority make one
small number, `queue_rank`; a ticket without a running timer is due at `NEVER_DUE`.

Worked numbers (also in the tests), with five severities and three priorities: the most severe with the highest
priority is 100; the least severe without priority is 142. Tickets of running events come before all others: the
same two are 0 and 42.
"""

from __future__ import annotations

from datetime import UTC, datetime

# Not `infinity`, which Python cannot hold; inside what PostgreSQL and every time zone can.
NEVER_DUE = datetime(9000, 1, 1, tzinfo=UTC)

# Of tickets without a running event.
FIRST_RANK = 100
RANKS = range(200)


def queue_rank(severity_order: int, priority_order: int, *, in_event: bool = False) -> int:
    """The place by severity and resolution priority, both 0 for the most urgent (0 to 9); smaller is sooner.

    `in_event`: it belongs to an event that runs, so it stands before all that do not.
    """
    if not (0 <= severity_order <= 9 and 0 <= priority_order <= 9):
        raise ValueError("the rank holds one digit each")
    return (0 if in_event else FIRST_RANK) + severity_order * 10 + priority_order


def is_event_rank(rank: int) -> bool:
    """Whether the place is one of a ticket whose event runs."""
    return rank < FIRST_RANK
