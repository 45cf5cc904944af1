"""Many engineers ask for the next ticket at once: each ticket goes to one of them, and nobody waits in vain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from common import clock, tenancy
from supportplans import versions
from supportplans.publishing import load_files
from tests import cast
from tests.faults.house import multiply
from tests.tickets.conftest import NOON, file
from tickets.desk import routing
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS, PEOPLE, THREADS = 120, 200, 50


def test_200_people_take_120_tickets_and_each_ticket_goes_to_one(transactional_db):
    load_files()
    people = cast.gather()
    first = file(people.acme, people.member)
    with tenancy.everything(), connection.cursor() as cursor:
        multiply(cursor, first.pk, TICKETS - 1, "X-")
    engineers = [cast.staff(f"e{place}@support.example", "engineer") for place in range(PEOPLE)]
    together = Barrier(THREADS)

    def ask(place: int) -> str | None:
        if place < THREADS:
            together.wait(120)
        try:
            with clock.at(NOON), tenancy.everything():
                return routing.next_for(by=engineers[place], at=NOON).number
        except routing.NothingToDo:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        taken = list(pool.map(ask, range(PEOPLE)))
    numbers = [number for number in taken if number]
    assert len(numbers) == len(set(numbers)) == TICKETS
    with tenancy.everything():
        held = dict(Ticket.objects.values_list("number", "assignee_id"))
        assert held == {number: engineers[place].pk for place, number in enumerate(taken) if number}
        assert TicketEvent.objects.filter(event="claimed").count() == TICKETS
    versions.forget()
