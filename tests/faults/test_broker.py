"""Workers die, the broker forgets or is away: nothing is lost, nothing is done twice, no page fails (page 9.2)."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
import psutil
import pytest

from tests.faults.house import NOW, House, multiply, until

pytestmark = pytest.mark.faults

KILLS = 10
TICKETS = 500


LEAD = "lead@support.example"


@dataclass(frozen=True)
class Overdue:
    """Copies of a ticket, by what their numbers begin with, and what had been told before."""

    prefix: str
    copies: int
    last_event: int
    last_notice: int
    last_mail: int


@contextmanager
def overdue(house: House, outsider: httpx.Client, copies: int) -> Iterator[Overdue]:
    """So many tickets whose answer was due an hour ago; the beat is frozen, so that nobody has noticed."""
    number = house.file(outsider, "orbit").json()["number"]
    ticket = house.one("SELECT id FROM tickets_ticket WHERE number = %s", number)
    with house.frozen(house.program("beat")):
        until(lambda: house.waiting() == 0)
        prefix = f"K{ticket}-"
        with house.cursor() as cursor:
            multiply(cursor, ticket, copies, prefix)
        tables = ("tickets_ticketevent", "notifications_notification", "notifications_sentmail")
        marks = [house.one(f"SELECT coalesce(max(id), 0) FROM {table}") for table in tables]
        house.skip_time(4)
        yield Overdue(prefix, copies, *marks)


def answered(house: House, prefix: str, places: range) -> None:
    """An answer on each of these copies, as if so many had been sent while the relay stood still."""
    house.rows(
        "WITH said AS (INSERT INTO tickets_message (ticket_id, organization_id, author_id, side, body, body_html, "
        "public, channel, at) SELECT ticket.id, organization_id, person.id, 'staff', 'Soon.', '<p>Soon.</p>', true, "
        f"'portal', {NOW} FROM tickets_ticket AS ticket, accounts_person AS person WHERE number = ANY(%s) "
        "AND email = 'engineer@support.example' RETURNING id, ticket_id, organization_id) "
        "INSERT INTO common_outboxevent (topic, key, organization_id, payload, created_at, available_at, attempts, "
        "error) SELECT 'ticket.replied', 'message:' || id, organization_id, "
        f"jsonb_build_object('ticket', ticket_id, 'message', id), {NOW}, now(), 0, '' FROM said",
        [f"{prefix}{place}" for place in places],
    )


def letters(house: House, prefix: str) -> tuple[int, int]:
    """How many mails were sent about these tickets by number, and how many different ones."""
    return house.rows(
        "SELECT count(*), count(DISTINCT headers->>'Message-ID') FROM notifications_sentmail "
        "WHERE strpos(subject, %s) > 0",
        prefix,
    )[0]


def recorded(house: House, late: Overdue) -> dict[int, int]:
    """How many tickets fired each step since; everybody's, as one notice tells of them together."""
    return dict(
        house.rows(
            "SELECT step, count(*) FROM tickets_ticketevent WHERE event = 'escalated' AND id > %s GROUP BY step",
            late.last_event,
        )
    )


def told(house: House, late: Overdue) -> dict[int, int]:
    """Of how many tickets the lead heard by step since then."""
    rows = house.rows(
        "SELECT kind, coalesce(params->>'count', '1') FROM notifications_notification AS notice "
        "JOIN accounts_person AS person ON person.id = person_id WHERE email = %s AND notice.id > %s",
        LEAD,
        late.last_notice,
    )
    heard: Counter[int] = Counter()
    for kind, count in rows:
        percent = {"ticket.breach": 100, "ticket.step200": 200}.get(kind.removesuffix("_many"))
        if percent:
            heard[percent] += int(count)
    return dict(heard)


def assert_each_mailed_once(house: House, late: Overdue) -> None:
    """As many mails to the lead as notices, no two of them the same."""
    notices = house.one(
        "SELECT count(*) FROM notifications_notification AS notice JOIN accounts_person AS person "
        "ON person.id = person_id WHERE email = %s AND notice.id > %s",
        LEAD,
        late.last_notice,
    )
    mails = house.rows(
        "SELECT count(*), count(DISTINCT headers->>'Message-ID') FROM notifications_sentmail "
        "WHERE id > %s AND recipients::text LIKE %s",
        late.last_mail,
        f"%{LEAD}%",
    )
    assert mails == [(notices, notices)]


def assert_breached_once(house: House, late: Overdue) -> None:
    """Each step is recorded once, the breach at its true time; of each the lead was told once, by notice and mail."""
    steps = house.rows(
        "SELECT event, step, count(*), count(DISTINCT event.ticket_id) FROM tickets_ticketevent AS event "
        "JOIN tickets_ticket AS ticket ON ticket.id = ticket_id "
        "WHERE starts_with(number, %s) AND step IS NOT NULL GROUP BY event, step ORDER BY step",
        late.prefix,
    )
    assert steps == [
        ("step_passed", 50, late.copies, late.copies),
        ("step_passed", 80, late.copies, late.copies),
        ("escalated", 100, late.copies, late.copies),
    ]
    assert house.rows(
        "SELECT state, breached_at = due_at, count(*) FROM tickets_responsetimer AS timer "
        "JOIN tickets_ticket AS ticket ON ticket.id = ticket_id WHERE starts_with(number, %s) GROUP BY 1, 2",
        late.prefix,
    ) == [("breached", True, late.copies)]
    assert told(house, late)[100] == recorded(house, late)[100]
    assert_each_mailed_once(house, late)


def escalated(house: House, prefix: str) -> int:
    return house.one(
        "SELECT count(*) FROM tickets_ticketevent AS event JOIN tickets_ticket AS ticket ON ticket.id = ticket_id "
        "WHERE starts_with(number, %s) AND event.event = 'escalated'",
        prefix,
    )


def test_killed_workers_and_a_flushed_broker_lose_nothing_and_repeat_nothing(house: House, outsider: httpx.Client):
    """1,500 events, kill -9 ten times (the whole worker twice among them), FLUSHALL three times.

    No mail can be written while the workers are killed: each time one of them dies in the middle of its event.
    """
    batch = TICKETS // KILLS
    with overdue(house, outsider, TICKETS) as late:
        house.program("beat").resume()
        for kill in range(1, KILLS + 1):
            with house.no_writing("notifications_sentmail") as stand_still:
                answered(house, late.prefix, range((kill - 1) * batch + 1, kill * batch + 1))
                house.file(outsider, "orbit")  # which rings
                until(stand_still)
                for victim in [house.program("worker")] if kill in (4, 8) else house.pool():
                    victim.kill()
                if kill in (3, 6, 9):
                    house.flush_broker()
        drained = until(lambda: escalated(house, late.prefix) == late.copies and not house.waiting())
    print(f"drained {drained:.1f} s after the last kill")
    assert_breached_once(house, late)
    assert letters(house, late.prefix) == (late.copies, late.copies)


def test_two_beats_a_killed_one_and_a_frozen_one_that_wakes_up_do_nothing_twice(house: House, outsider: httpx.Client):
    copies = 100
    second = house.join("celery", "-A", "portal", "beat", "-l", "WARNING", "--pidfile=", "-s", "/dev/null")
    try:
        until(lambda: house.beats() == 2)
        # The leader is frozen with the lock in its hand: the database takes the lock away, and the second one leads.
        with overdue(house, outsider, copies) as late:
            took_over = until(lambda: escalated(house, late.prefix) == copies and house.waiting() == 0)
        print(f"a frozen leader was replaced, and all was told, after {took_over:.1f} s")
        until(lambda: house.beats() == 2)
        second.kill()
        house.skip_time(3)  # 200 %
        took_over = until(lambda: escalated(house, late.prefix) == 2 * copies and house.waiting() == 0)
        print(f"a killed leader was replaced, and all was told, after {took_over:.1f} s")
    finally:
        second.kill()
        second.wait()
    assert told(house, late) == recorded(house, late)
    assert_each_mailed_once(house, late)


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
        "SELECT count(*) FROM notifications_sentmail WHERE subject ~ %s AND text LIKE '%%We look into it.%%'",
        "|".join(numbers),
    )


def test_while_the_broker_is_down_nobody_notices_and_then_the_backlog_leaves(house, outsider, engineer, pages):
    quiet, _numbers = use_everything(house, outsider, engineer, pages, 10)
    until(lambda: house.waiting() == 0)
    house.broker.stop()
    # What workers had got from it before, they would still do: they end with it.
    for one in (house.program("worker"), *house.pool()):
        with suppress(psutil.NoSuchProcess):  # it had gone with the first
            one.kill()
    try:
        uses, numbers = use_everything(house, outsider, engineer, pages, 50)
        assert uses.codes == {("file", 201): 50, ("reply", 200): 50, ("page", 200): 50}
        assert not house.portal.is_ready()
        assert answers_told(house, numbers) == 0
    finally:
        house.broker.start()
    drained = until(lambda: house.waiting() == 0)
    print(f"with the broker: {quiet}; without: {uses}; drained after {drained:.1f} s")
    assert answers_told(house, numbers) == 50
    until(house.portal.is_ready)


def test_a_broker_that_hangs_slows_requests_and_fails_none(house, outsider, engineer, pages):
    with house.frozen(psutil.Process(house.broker.child.pid)):
        uses, numbers = use_everything(house, outsider, engineer, pages, 8)
    print(f"with a broker that hangs: {uses}")
    assert uses.codes == {("file", 201): 8, ("reply", 200): 8, ("page", 200): 10}
    until(lambda: house.waiting() == 0)
    assert answers_told(house, numbers) == 8
