"""Until when a quote holds and an order can be paid (spec page 3, section 3.3).

    a quote lives 30 minutes, at most until the next midnight in Beijing
    an order can be paid for 24 hours

Worked instants (Beijing), which also stand in tests/billing/test_deadlines.py: a quote of 10:00 holds until 10:30,
one of 23:45 until 24:00; an order of 10:00 can be paid until 10:00 of the next day. The last instant is excluded.
"""

from datetime import datetime, timedelta

from common.beijing import date_of, midnight

QUOTE_LIVES = timedelta(minutes=30)
ORDER_WAITS = timedelta(hours=24)


def quote_expires_at(made_at: datetime) -> datetime:
    """The instant from which a quote made at `made_at` (aware) is expired."""
    return min(made_at + QUOTE_LIVES, midnight(date_of(made_at) + timedelta(days=1)))


def order_payable_until(placed_at: datetime) -> datetime:
    """The instant from which an order placed at `placed_at` (aware) and still unpaid is cancelled."""
    return placed_at + ORDER_WAITS
