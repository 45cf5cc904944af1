"""When a delivery is tried again (notifications/outbound/backoff.py, spec page 4.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.outbound.backoff import next_attempt, retry_after_of

FIRST = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def schedule(chance: float) -> list[float]:
    """Seconds after the first try of all tries that a receiver gets which never answers."""
    now, tries = FIRST, [0.0]
    while len(tries) < 100:
        found = next_attempt(tried=len(tries), first_due_at=FIRST, now=now, chance=chance)
        if found is None:
            return tries
        now = found
        tries.append((now - FIRST).total_seconds())
    raise AssertionError("it never ends")


def test_the_pauses_grow_fourfold_to_twelve_hours_and_the_last_try_is_after_three_days():
    hours = [19 * 3600 + 35 * 60 + 5 + 12 * 3600 * n for n in range(5)]
    assert schedule(0.5) == [0, 5, 25, 105, 425, 1705, 6825, 27305, *[27305 + 43200 * n for n in range(1, 6)], 259200]
    assert schedule(0.5)[8:13] == hours


def test_jitter_moves_a_pause_by_a_fifth_at_most():
    assert schedule(0.0)[1:3] == [4, 20]
    assert schedule(1.0)[1:3] == [6, 30]
    assert schedule(0.0)[-1] == schedule(1.0)[-1] == 259200


def test_retry_after_makes_a_pause_longer_and_never_shorter():
    def pause(asked):
        found = next_attempt(tried=3, first_due_at=FIRST, now=FIRST, chance=0.5, retry_after=asked)
        return (found - FIRST).total_seconds()

    assert pause(timedelta(seconds=3600)) == 3600
    assert pause(timedelta(seconds=1)) == 80
    assert pause(timedelta(days=30)) == 259200


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999999", 259200),
        ("Sun, 01 Nov 2026 08:10:00 GMT", 600),
        ("Sun, 01 Nov 2026 07:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("１２", None),
    ],
)
def test_a_retry_after_header_is_seconds_or_a_date(header, seconds):
    found = retry_after_of(header, now=FIRST)
    assert found == (None if seconds is None else timedelta(seconds=seconds))
