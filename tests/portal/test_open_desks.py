"""Open desks that ask in the same moment are answered together, with a permission, and never instead of a refusal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from portal import open_desks
from supportplans import versions
from supportplans.publishing import load_files
from tests.cast import browser_of, gather
from tickets.views import open_queues
from tickets.views.open_queues import Asking
from tickets.views.queue_asked import Asked

T = TypeVar("T")
PERMISSION = 'id="queue-permission" value="'


@pytest.fixture
def desk(transactional_db):
    """People; the thread that draws gives its connection back."""
    load_files()
    yield gather()
    open_desks.drawing._thread.submit(connections.close_all).result()
    versions.forget()


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What it returns, in a thread of its own: in this one Playwright may have a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def permission_of(client: Client) -> str:
    shown = client.get(reverse("tickets:queue")).content.decode()
    return shown.partition(PERMISSION)[2].partition('"')[0]


def ask(client: Client, permission: str, query: str = "", method: str = "GET") -> str | None:
    """What the short way answers to this browser; None where it leaves the answer to the page."""
    cookie = f"theme=dark; sessionid={client.cookies['sessionid'].value}"
    scope: dict[str, Any] = {
        "method": method,
        "headers": [(b"cookie", cookie.encode())],
        "query_string": f"s={permission}{query}".encode(),
    }
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    if not finished(open_desks.answered(scope, send)):
        assert sent == []
        return None
    start, body = sent
    assert start["status"] == 200
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    return body["body"].decode()


def test_the_short_way_answers_what_the_page_answers(desk):
    client = browser_of(desk.engineer)
    permission = permission_of(client)
    for query in ("", "&view=mine", "&view=team&q=timeout"):
        page = client.get(f"{reverse('tickets:queue_live')}?{query}").content.decode()
        short = ask(client, permission, query)
        assert short
        assert page.startswith(short)
        assert PERMISSION in page.removeprefix(short)


def test_a_permission_is_of_one_session_and_for_half_a_minute(desk, monkeypatch):
    client, other = browser_of(desk.engineer), browser_of(desk.expert)
    permission = permission_of(client)
    assert ask(client, permission)
    assert ask(other, permission) is None
    assert ask(client, "") is None
    assert ask(client, permission[:-1] + ("A" if permission[-1] != "A" else "B")) is None
    assert ask(client, permission, method="POST") is None
    monkeypatch.setattr(open_queues, "PERMISSION_SECONDS", -1)
    assert ask(client, permission) is None


def test_rights_are_looked_at_every_time(desk):
    client = browser_of(desk.engineer)
    permission = permission_of(client)
    assert ask(client, permission)
    Person.objects.filter(pk=desk.engineer.pk).update(is_active=False)
    assert ask(client, permission) is None
    Person.objects.filter(pk=desk.engineer.pk).update(is_active=True)
    desk.engineer.staff.role = "billing"
    desk.engineer.staff.save()
    assert ask(client, permission) is None
    desk.engineer.staff.delete()
    assert ask(client, permission) is None


@pytest.mark.parametrize("query", ["&cursor=nonsense", "&q=%00", "&q=1" * 1100])
def test_what_cannot_be_asked_is_refused_by_the_page(desk, query):
    client = browser_of(desk.engineer)
    assert ask(client, permission_of(client), query) is None
    assert client.get(f"{reverse('tickets:queue_live')}?{query}").status_code == 400


def asking(place: int) -> Asking:
    return Asking(place, "en", Asked("all"))


async def together(drawing: open_desks.Drawing, drawn: threading.Event, go_on: threading.Event) -> list[str | None]:
    """One asks, and while it is drawn for five others come."""
    first = asyncio.create_task(drawing.answer(asking(0)))
    await asyncio.to_thread(drawn.wait, 20)
    others = [asyncio.create_task(drawing.answer(asking(place))) for place in range(1, 6)]
    await asyncio.sleep(0)
    others[0].cancel()
    go_on.set()
    return [await first, *(await asyncio.gather(*others[1:]))]


@pytest.mark.django_db
def test_who_comes_while_a_list_is_drawn_is_answered_by_the_next_drawing():
    drawn, go_on, calls = threading.Event(), threading.Event(), []

    def draw(askings: Sequence[Asking]) -> list[str | None]:
        calls.append([one.person for one in askings])
        drawn.set()
        assert go_on.wait(20)
        return [f"for {one.person}" for one in askings]

    answers = finished(together(open_desks.Drawing(draw), drawn, go_on))
    assert answers == ["for 0", "for 2", "for 3", "for 4", "for 5"]
    assert calls == [[0], [1, 2, 3, 4, 5]]


@pytest.mark.django_db
def test_a_drawing_that_fails_leaves_everybody_to_the_page_and_the_next_one_works():
    outcomes = [ZeroDivisionError, None]

    def draw(askings: Sequence[Asking]) -> list[str | None]:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return ["drawn"] * len(askings)

    async def twice() -> list[str | None]:
        drawing = open_desks.Drawing(draw)
        return [await drawing.answer(asking(1)), await drawing.answer(asking(1))]

    assert finished(twice()) == [None, "drawn"]


def test_what_is_no_permission_is_none():
    assert open_queues.asking(QueryDict("view=all"), "session") is None
    assert open_queues.asking(QueryDict("s=a:b:c"), "session") is None
