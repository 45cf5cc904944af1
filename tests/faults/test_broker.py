"""Workers die, the broker forgets or is away: nothing is lost, nothing is done twice, no page fails (page 9.2)."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psutil
import pytest

from tests.faults.house import House, multiply, until

pytestmark = pytest.mark.faults

KILLS, FLUSHES = 10, 3


@contextmanager
def overdue(house: House, outsider: httpx.Client, copies: int) -> Iterator[str]:
    """So many tickets whose answer was due an hour ago; the beat is frozen, so that nobody has noticed.

    Gives what their numbers begin with.
    """
    number = house.file(outsider, "orbit").json()["number"]
    ticket = house.one("SELECT id FROM tickets_ticket WHERE number = %s", number)
    with house.frozen(house.program("beat")):
        until(lambda: house.waiting() == 0)
        prefix = f"K{ticket}-"
        with house.cursor() as cursor:
            multiply(cursor, ticket, copies, prefix)
        house.skip_time(4)
        yield prefix


def told(house: House, prefix: str) -> Counter[tuple[str, str]]:
    """(kind, e-mail) of the notices about these tickets."""
    return Counter(
        house.rows(
            "SELECT kind, email FROM notifications_notification AS notice JOIN accounts_person AS person "
            "ON person.id = person_id WHERE starts_with(params->>'number', %s)",
            prefix,
        )
    )


def mails(house: House, prefix: str) -> tuple[int, int]:
    """How many mails were sent about these tickets, and how many different ones."""
    return house.rows(
        "SELECT count(*), count(DISTINCT headers->>'Message-ID') FROM notifications_sentmail "
        "WHERE strpos(subject, %s) > 0",
        prefix,
    )[0]


def assert_breached_once(house: House, prefix: str, copies: int) -> None:
    """Each step is recorded once, the breach at its true time, and the lead was told once by notice and by mail."""
    steps = house.rows(
        "SELECT event, step, count(*), count(DISTINCT event.ticket_id) FROM tickets_ticketevent AS event "
        "JOIN tickets_ticket AS ticket ON ticket.id = ticket_id "
        "WHERE starts_with(number, %s) AND step IS NOT NULL GROUP BY event, step ORDER BY step",
        prefix,
    )
    assert steps == [
        ("step_passed", 50, copies, copies),
        ("step_passed", 80, copies, copies),
        ("escalated", 100, copies, copies),
    ]
    assert house.rows(
        "SELECT state, breached_at = due_at, count(*) FROM tickets_responsetimer AS timer "
        "JOIN tickets_ticket AS ticket ON ticket.id = ticket_id WHERE starts_with(number, %s) GROUP BY 1, 2",
        prefix,
    ) == [("breached", True, copies)]
    assert told(house, prefix) == {("ticket.breach", "lead@support.example"): copies}
    assert mails(house, prefix) == (copies, copies)


def escalated(house: House, prefix: str) -> int:
    return house.one(
        "SELECT count(*) FROM tickets_ticketevent AS event JOIN tickets_ticket AS ticket ON ticket.id = ticket_id "
        "WHERE starts_with(number, %s) AND event.event = 'escalated'",
        prefix,
    )


def test_killed_workers_and_a_flushed_broker_lose_nothing_and_repeat_nothing(house: House, outsider: httpx.Client):
    """1,500 events, kill -9 ten times (the whole worker twice among them), FLUSHALL three times."""
    copies = 500
    with overdue(house, outsider, copies) as prefix:
        house.program("beat").resume()
        until(lambda: escalated(house, prefix), pause=0.005)
        killed = flushed = 0
        while killed < KILLS and house.waiting():
            victims = [house.program("worker")] if killed in (3, 7) else house.pool()[:1]
            for victim in victims:
                victim.kill()
            killed += len(victims)
            if killed % 3 == 0 and flushed < killed // 3:
                house.flush_broker()
                flushed += 1
            left = house.waiting()
            until(lambda left=left: house.waiting() < left or not house.waiting())
        assert (killed, flushed) == (KILLS, FLUSHES)
        drained = until(lambda: escalated(house, prefix) == copies and not house.waiting())
    print(f"drained {drained:.1f} s after the last kill")
    assert_breached_once(house, prefix, copies)


def test_two_beats_a_killed_one_and_a_frozen_one_that_wakes_up_do_nothing_twice(house: House, outsider: httpx.Client):
    copies = 100
    second = house.join("celery", "-A", "portal", "beat", "-l", "WARNING", "--pidfile=", "-s", "/dev/null")
    try:
        until(lambda: house.beats() == 2)
        # The leader is frozen with the lock in its hand: the database takes the lock away, and the second one leads.
        with overdue(house, outsider, copies) as prefix:
            took_over = until(lambda: house.waiting() == 0 and told(house, prefix).total() == copies)
        print(f"a frozen leader was replaced, and all was told, after {took_over:.1f} s")
        until(lambda: house.beats() == 2)
        second.kill()
        house.skip_time(3)  # 200 %
        took_over = until(lambda: told(house, prefix).total() == 2 * copies and house.waiting() == 0)
        print(f"a killed leader was replaced, and all was told, after {took_over:.1f} s")
    finally:
        second.kill()
        second.wait()
    assert told(house, prefix) == {
        ("ticket.breach", "lead@support.example"): copies,
        ("ticket.step200", "lead@support.example"): copies,
    }
    assert mails(house, prefix) == (2 * copies, 2 * copies)


class Uses:
    """What a crowd of people meets: status codes and seconds."""

    def __init__(self) -> None:
        self.codes: Counter[tuple[str, int]] = Counter()
        self.seconds: list[float] = []

    def note(self, what: str, answer: httpx.Response) -> httpx.Response:
        self.codes[what, answer.status_code] += 1
        self.seconds.append(answer.elapsed.total_seconds())
        return answer

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        return f"median {statistics.median(ordered) * 1000:.0f} ms, worst {ordered[-1] * 1000:.0f} ms"


def use_everything(house: House, outsider: httpx.Client, engineer: httpx.Client, pages: httpx.Client, tickets: int):
    """File tickets by API, answer them, and look at pages in between, four people at a time."""
    uses = Uses()

    def one(turn: int) -> str:
        filed = uses.note("file", house.file(outsider, "orbit")).json()["number"]
        uses.note("reply", engineer.post(f"desk/tickets/{filed}/reply", json={"body": "We look into it."}))
        if turn % 5 == 0:
            for page in ("/", "/plans", "/o/orbit/", "/o/orbit/tickets", f"/o/orbit/tickets/{filed}"):
                uses.note("page", pages.get(page))
        return filed

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(one, range(tickets)))
    return uses, numbers


def answers_told(house: House, numbers: list[str]) -> int:
    return house.one(
        "SELECT count(*) FROM notifications_sentmail WHERE subject ~ %s", f"Answer to .*({'|'.join(numbers)})"
    )


def test_while_the_broker_is_down_nobody_notices_and_then_the_backlog_leaves(house, outsider, engineer, pages):
    quiet, _numbers = use_everything(house, outsider, engineer, pages, 10)
    house.broker.stop()
    try:
        uses, numbers = use_everything(house, outsider, engineer, pages, 50)
        stood_for = time.monotonic()
        assert uses.codes == {("file", 201): 50, ("reply", 200): 50, ("page", 200): 50}
        assert not house.portal.is_ready()
        assert answers_told(house, numbers) == 0
    finally:
        house.broker.start()
    drained = until(lambda: house.waiting() == 0)
    print(f"with the broker: {quiet}; without: {uses}; drained after {drained:.1f} s")
    assert drained < 60
    assert answers_told(house, numbers) == 50
    until(house.portal.is_ready)
    assert time.monotonic() - stood_for < 90


def test_a_broker_that_hangs_slows_requests_and_fails_none(house, outsider, engineer, pages):
    with house.frozen(psutil.Process(house.broker.child.pid)):
        uses, numbers = use_everything(house, outsider, engineer, pages, 8)
    print(f"with a broker that hangs: {uses}")
    assert uses.codes == {("file", 201): 8, ("reply", 200): 8, ("page", 200): 10}
    until(lambda: house.waiting() == 0)
    assert answers_told(house, numbers) == 8
