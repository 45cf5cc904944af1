"""When a delivery that was not taken is tried again (spec page 4.6 'retried with backoff for 3 days'). Pure.

The pause after the n-th try is 5 s × 4^(n−1), at most 12 hours, ± 20 % so that a receiver that comes back is not
met by all at once; `Retry-After` makes it longer, never shorter. The last try is 3 days after the first was due.

    tries at about 0, 5 s, 25 s, 1 min 45 s, 7 min, 28 min, 1 h 54 min, 7 h 35 min, 19 h 35 min, … and at 72 h
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_PAUSE = timedelta(seconds=5)
FACTOR = 4
LONGEST_PAUSE = timedelta(hours=12)
JITTER = 0.2
TRIED_FOR = timedelta(days=3)


def next_attempt(
    *, tried: int, first_due_at: datetime, now: datetime, chance: float, retry_after: timedelta | None = None
) -> datetime | None:
    """The instant of the next try after `tried` of them, None when it is given up.

    `chance` from 0 to 1 places it within the jitter: 0.5 is the pause itself.
    """
    last = first_due_at + TRIED_FOR
    if now >= last:
        return None
    pause: timedelta = min(FIRST_PAUSE * FACTOR ** min(tried - 1, 12), LONGEST_PAUSE)
    pause *= 1 + JITTER * (2 * chance - 1)
    if retry_after is not None:
        pause = max(pause, retry_after)
    return min(now + pause, last)


def retry_after_of(header: str, *, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or an HTTP date; None where it says nothing readable.

    At most three days: who asks for more is asked again then, for the last time.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), TRIED_FOR)
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return min(max(instant - now, timedelta()), TRIED_FOR)
