"""PostgreSQL is killed under writers; many ask for the same thing at once, through the real server (page 9.2)."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.house import PATIENCE, House, until

pytestmark = pytest.mark.faults

WRITERS, KILLS = 10, 2


class Writers:
    """People who file one ticket after the other, each with a key of its own, and repeat until they are told."""

    def __init__(self, house: House, client: httpx.Client) -> None:
        self.house, self.client = house, client
        self.told: dict[str, str] = {}
        self.codes: Counter[int | str] = Counter()
        self.answered_at: list[float] = []
        self.enough = threading.Event()

    def write(self, _writer: int) -> None:
        while not self.enough.is_set():
            self.file(str(uuid.uuid4()))

    def file(self, key: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = self.house.file(self.client, "orbit", key)
            except httpx.TransportError as error:
                self.codes[type(error).__name__] += 1
                continue
            self.codes[answer.status_code] += 1
            if answer.status_code == 201:
                self.told[key] = answer.json()["number"]
                self.answered_at.append(time.monotonic())
                return
            time.sleep(0.1)
        raise AssertionError(f"{key} never got through: {self.codes}")


def test_kill_9_of_postgresql_under_writers_loses_and_doubles_nothing(house: House, outsider: httpx.Client, pages):
    before = house.one("SELECT count(*) FROM tickets_ticket")
    writers = Writers(house, outsider)
    back_after = []
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(writers.write, writer) for writer in range(WRITERS)]
        try:
            for _kill in range(KILLS):
                written = len(writers.told)
                until(lambda written=written: len(writers.told) > written + 20)
                house.program("postgres").kill()
                killed_at = time.monotonic()
                looked = [pages.get(page).status_code for page in ("/plans", "/o/orbit/tickets", "/healthz")]
                until(lambda since=killed_at: writers.answered_at[-1] > since + 0.2)
                back_after.append(next(at for at in writers.answered_at if at > killed_at + 0.2) - killed_at)
                assert set(looked) <= {200, 503}, looked
        finally:
            writers.enough.set()
        for one in writing:
            one.result()
    print(f"{len(writers.told)} tickets, answers {dict(writers.codes)}, back after {back_after}")
    assert set(writers.codes) <= {201, 503, 409}, writers.codes
    # What was acknowledged is there, what was not is there at most once: a key stands for one ticket.
    kept = {number for (number,) in house.rows("SELECT number FROM tickets_ticket")}
    assert set(writers.told.values()) <= kept
    assert len(set(writers.told.values())) == len(writers.told)
    assert len(kept) - before == len(writers.told)
    for key, number in list(writers.told.items())[:5] + list(writers.told.items())[-5:]:
        again = house.file(outsider, "orbit", key)
        assert (again.status_code, again.json()["number"]) == (201, number)
        assert again.headers["Idempotent-Replay"] == "true"
    until(house.portal.is_ready)


def together(count: int, ask):
    """`ask(0)` … `ask(count - 1)` at once."""
    gate = threading.Barrier(count)

    def one(place: int):
        gate.wait(PATIENCE)
        return ask(place)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_16_requests_with_one_key_make_one_ticket(house: House, outsider: httpx.Client):
    before = house.one("SELECT count(*) FROM tickets_ticket")
    answers = together(16, lambda _place: house.file(outsider, "orbit", "sixteen"))
    made = {answer.json()["number"] for answer in answers if answer.status_code == 201}
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    replays = [answer for answer in answers if answer.headers.get("Idempotent-Replay") == "true"]
    assert len(made) == 1
    assert set(refused) <= {"request_in_progress"}
    assert len(refused) + len(replays) == 15
    assert house.one("SELECT count(*) FROM tickets_ticket") == before + 1
    again = house.file(outsider, "orbit", "sixteen")
    assert (again.status_code, again.json()["number"]) == (201, made.pop())
    assert house.file(outsider, "orbit", "sixteen", subject="Another").json()["code"] == "idempotency_key_reused"


def test_400_submissions_by_20_on_a_quota_of_30(house: House):
    partner = house.portal.client("owner@summit.example")
    house.subscribe(partner, "summit", "standard", "monthly")
    answers = together(20, lambda _place: [house.file(partner, "summit") for _turn in range(20)])
    told = Counter((answer.status_code, answer.json().get("code")) for many in answers for answer in many)
    assert told == {(201, None): 30, (409, "quota_exhausted"): 370}
    quota = partner.get("orgs/summit/quotas").json()["results"][0]
    assert (quota["used"], quota["remaining"]) == (30, 0)
    (counted,) = house.rows(
        "SELECT (SELECT sum(used) FROM addons_quotacounter AS counter WHERE counter.organization_id = organization.id), "
        "(SELECT -sum(quantity) FROM addons_quotaentry AS entry WHERE entry.organization_id = organization.id), "
        "(SELECT count(*) FROM tickets_ticket AS ticket WHERE ticket.organization_id = organization.id) "
        "FROM accounts_organization AS organization WHERE slug = 'summit'"
    )
    assert counted == (30, 30, 30)
    partner.close()


def test_20_claim_one_of_ten_tickets_and_each_is_told_the_truth(house: House, outsider: httpx.Client):
    numbers = [house.file(outsider, "orbit").json()["number"] for _ticket in range(10)]
    people = [house.portal.client(f"{name}@support.example") for name in ("expert", "senior")]
    emails = [f"{name}@support.example" for name in ("expert", "senior")]

    def claim(place: int):
        return [(place % 2, number, people[place % 2].post(f"desk/tickets/{number}/claim")) for number in numbers]

    answers = [answer for many in together(20, claim) for answer in many]
    for number in numbers:
        holder = people[0].get(f"desk/tickets/{number}").json()["assignee"]["email"]
        for who, _number, answer in (one for one in answers if one[1] == number):
            if answer.status_code == 200:
                assert emails[who] == holder
            else:
                assert (answer.status_code, answer.json()["code"]) == (409, "already_claimed")
                assert answer.json()["assignee"]["email"] == holder
        events = house.one(
            "SELECT count(*) FROM tickets_ticketevent AS event JOIN tickets_ticket AS ticket ON ticket.id = ticket_id "
            "WHERE number = %s AND event.event = 'claimed'",
            number,
        )
        assert events == 1
    for client in people:
        client.close()
