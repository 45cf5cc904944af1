"""Search over a million tickets: rare and frequent words, English and Chinese, a page of 50 each (spec page 9.1).

    python -m bench.search

The portal's page is the statements of tickets/search; the floor is one bare statement that asks the index for all
tickets of the words and sorts them, as one writes it first. Milliseconds of the server, without HTTP.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

import psycopg2

from bench import documents
from bench.data import make
from bench.house import SCOPE, House, open_house

GOAL = 100  # milliseconds, 95 %
FLOOR = """
SELECT ticket.* FROM tickets_ticketdocument AS document JOIN tickets_ticket AS ticket ON ticket.id = document.ticket_id
 WHERE document.words @@ %s::tsquery ORDER BY document.ticket_id DESC LIMIT 50
"""
COLUMNS = ("p50", "p95", "floor p50", "floor p95")


def questions(tickets: int) -> dict[str, list[str]]:
    """Kinds of questions with samples, the same each time."""
    chance = random.Random(7)
    english, chinese = documents.ENGLISH, documents.CHINESE
    numbers = [chance.randrange(1, tickets) for _ in range(40)]
    return {
        "a ticket's number": [f"T-2025-{number:07}" for number in numbers],
        "one in a million": [f"{number}" for number in numbers],
        "rare word, en": english[-20:],
        "rare word, zh": chinese[-20:],
        "frequent word, en": [*english[:5], "instance", "slow", "noon"],
        "frequent word, zh": [*chinese[:5], "实例", "磁盘", "登录"],
        "two frequent words": [f"{a} {b}" for a, b in zip(english[:8], chinese[:8], strict=True)],
        "three rare words": [" ".join(chance.sample(english[60:], 3)) for _ in range(20)],
        "two that never meet": ["noon 磁盘写", "reached 登录", "slow 写满"],
        "beginning of a word": [word[:5] for word in english[-20:] if len(word) > 6],
        "no such word": [f"nothing{number}" for number in numbers[:10]],
    }


def main() -> None:
    """Print one table per road: the staff's search, the queue, a customer's list."""
    options = argparse.ArgumentParser(prog="python -m bench.search")
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--open", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=40)
    chosen = options.parse_args()
    with open_house() as house:
        make(house, organizations=100_000, tickets=chosen.tickets, still_open=chosen.open)
        documents.make(house.owner)
        asked = questions(chosen.tickets)
        print(f"{'ms':<34}" + "".join(f"{column:>11}" for column in COLUMNS), flush=True)
        for road, search in _roads().items():
            for kind, texts in asked.items():
                _row(house, f"{road}: {kind}", texts, search, chosen.rounds, with_floor=road == "search")


def _roads() -> dict[str, Callable[[str], object]]:
    from accounts.models import Organization, Person
    from common import clock, tenancy
    from tickets import own_tickets, queue
    from tickets.search import results

    with tenancy.everything():
        engineer = Person.objects.filter(email="person-1010@bench.example").get()
        organization = Organization.objects.get(slug="bench-7")

    def search(text: str) -> object:
        with tenancy.everything():
            return results.search(text, size=50).rows

    def queued(text: str) -> object:
        with tenancy.everything():
            return queue.page(view="all", person=engineer, at=clock.now(), filters=queue.Filters(q=text)).tickets

    def listed(text: str) -> object:
        with tenancy.organization(organization.pk):
            return own_tickets.listed(organization, own_tickets.Filters(q=text), before=None).rows

    return {"search": search, "queue": queued, "customer": listed}


def _row(
    house: House, name: str, texts: list[str], search: Callable[[str], object], rounds: int, *, with_floor: bool
) -> None:
    search(texts[0])
    taken = sorted(_milliseconds(search, texts[turn % len(texts)]) for turn in range(rounds))
    figures = [statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]]
    if with_floor:
        bare = sorted(_floor(house, texts, min(rounds, 10)))
        figures += [statistics.median(bare), bare[int(0.95 * (len(bare) - 1))]]
    late = "  over the goal" if figures[1] > GOAL else ""
    print(f"{name:<34}" + "".join(f"{figure:>11.1f}" for figure in figures) + late, flush=True)


def _milliseconds(work: Callable[[str], object], text: str) -> float:
    began = time.monotonic()
    work(text)
    return (time.monotonic() - began) * 1000


def _floor(house: House, texts: list[str], rounds: int) -> list[float]:
    """The bare statement as the owner, for whom row-level security leaves the index usable."""
    from common.words import question

    connection = psycopg2.connect(house.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(SCOPE)

        def ask(text: str) -> None:
            cursor.execute(FLOOR, [question(text).exact()])
            cursor.fetchall()

        ask(texts[0])
        taken: list[float] = []
        # A floor that reads the whole table is not asked for long.
        while len(taken) < rounds and sum(taken) < 10_000:
            taken.append(_milliseconds(ask, texts[len(taken) % len(texts)]))
    connection.close()
    return taken


if __name__ == "__main__":
    main()
