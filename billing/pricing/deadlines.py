"""Until when a quote holds and an order can be paid (spec page 3, section 3.3).

    a quote lives 30 minutes, at most until the next midnight in Beijing
    an order can be paid for 24 hours; for longer where its way to pay takes longer (a bank transfer: 10 days)
    a change of tier, priced for its day, until 24:00 in Beijing of that day
    what concerns the next term, at the latest until that term would begin

Worked instants (Beijing), which also stand in tests/billing/test_deadlines.py: a quote of 10:00 holds until 10:30,
one of 23:45 until 24:00; an order of 10:00 can be paid until 10:00 of the next day, a change of tier until 24:00 of
the same, a renewal of 10:00 on 30 November for a term that ends on 1 December until 24:00 of the 30th. The last
instant is excluded.
"""

from datetime import date, datetime, timedelta

from common.beijing import date_of, midnight

QUOTE_LIVES = timedelta(minutes=30)
ORDER_WAITS = timedelta(hours=24)


def quote_expires_at(made_at: datetime) -> datetime:
    """The instant from which a quote made at `made_at` (aware) is expired."""
    return min(made_at + QUOTE_LIVES, end_of_day(made_at))


def order_payable_until(placed_at: datetime, waits: timedelta = ORDER_WAITS) -> datetime:
    """The instant from which an order placed at `placed_at` (aware) and still unpaid is cancelled."""
    return placed_at + waits


def change_payable_until(placed_at: datetime) -> datetime:
    """The same of a change of tier: its quote was made on the day of the order, for that day."""
    return end_of_day(placed_at)


def renewal_payable_until(placed_at: datetime, ends_on: date, waits: timedelta = ORDER_WAITS) -> datetime:
    """The same of what concerns the term that begins on `ends_on`."""
    return min(placed_at + waits, midnight(ends_on))


def end_of_day(instant: datetime) -> datetime:
    """24:00 in Beijing of the instant's day."""
    return midnight(date_of(instant) + timedelta(days=1))
