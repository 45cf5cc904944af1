"""The order of the desk's queue as numbers that an index can hold.

Spec page 4.5: severity first (tiers without a severity promise sort as `guidance`), then the tier's
resolution priority, then `due_at` (no running timer last), then the number. Severity and priority make one
small number, `queue_rank`; a ticket without a running timer is due at `NEVER_DUE`.

Worked numbers (also in the tests): critical_down on a tier of high priority is 0; guidance without priority
is 42; critical_down on a basic tier sorts as guidance without priority: 42.
"""

from __future__ import annotations

from datetime import UTC, datetime

SEVERITIES = ("critical_down", "production_down", "production_impaired", "system_impaired", "guidance")
PRIORITIES = ("high", "normal", "none")
LEVELS = ("engineer", "expert", "senior")

# Not `infinity`, which Python cannot hold; inside what PostgreSQL and every time zone can.
NEVER_DUE = datetime(9000, 1, 1, tzinfo=UTC)


def queue_rank(severity: str, resolution_priority: str, *, promised: bool) -> int:
    """The place by severity and resolution priority; smaller is more urgent.

    `promised`: whether the tier promises a response time by severity.
    """
    shown = severity if promised else "guidance"
    return SEVERITIES.index(shown) * 10 + PRIORITIES.index(resolution_priority)
