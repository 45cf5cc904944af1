"""Five hundred desks connected to one portal: how long until each hears of a ticket and shows it (spec page 9.1).

    python -m bench.desks
    python -m bench.desks --reading 500

The portal runs as `make demo` runs it, one web process; each desk is an engineer of its own with a session of its
own, and a real stream of `/events` that listens to the desk's channel as the queue's page does. Tickets are filed and
answered by API. *To the socket* runs from the moment the request that changes something is sent, so the change itself
is in it, until the event arrives. `--reading` desks then ask for the queue as static/js/live.js and desk.js do:
bundled, spread, at most once a second and more seldom while the portal is slow, each with the permission that its page
got; *to the screen* runs until the answer is whole. The rig shares the cores with the portal.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil

from bench.portal import ROOT, RigPortal

# As in static/js/live.js and static/js/desk.js; seconds.
BUNDLE, PACE, SPREAD, LONGEST_PACE, REST = 0.15, 1.0, 0.5, 15.0, 2.0
PERMISSION = re.compile(rb'id="queue-permission" value="([^"]+)"')
# Engineers of each level, signed in: prints their session keys.
SIGN_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import Person, StaffProfile
for place in range({count}):
    person = Person.objects.create(email=f"rig{{place}}@support.example", name=f"Engineer {{place}}")
    level = StaffProfile.Level.values[place % 3]
    StaffProfile.objects.create(person=person, role="engineer", level=level)
    session = SessionStore()
    session.update({{
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }})
    session.create()
    print("session", session.session_key)
"""
CUSTOMER, ENGINEER = "owner@zenith.example", "engineer@support.example"
TICKET = {"kind": "technical", "severity": "guidance", "subject": "Rig", "body": "One of many.", "region": "none"}


@dataclass
class Desk:
    """An open page: what it heard of, and when; `screens` are the moments at which it was drawn anew."""

    cookie: str
    permission: str = ""
    heard: dict[str, list[float]] = field(default_factory=dict)
    screens: list[tuple[float, float]] = field(default_factory=list)
    failed: int = 0
    task: asyncio.Task[None] | None = None
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    asked: float = 0.0
    every: float = PACE


class Crowd:
    """All desks, on one event loop."""

    def __init__(self, portal: RigPortal, *, size: int, reading: int) -> None:
        self.port = portal.port
        self.desks = [Desk(f"sessionid={key}") for key in sign_in(portal, size)]
        self.reading = reading
        self.streams: list[asyncio.Task[None]] = []
        self.url = portal.url
        self.renewed = 0

    async def connect(self) -> float:
        """Open every stream; seconds until all of them are."""
        began = time.monotonic()
        address = ""
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            for desk in self.desks:
                page = (await client.get(f"{self.url}/desk/", headers={"Cookie": desk.cookie})).raise_for_status().text
                address = html.unescape(re.findall(r'data-live="([^"]+)"', page)[0])
                desk.permission = PERMISSION.findall(page.encode())[0].decode()
        opened = [asyncio.Event() for _desk in self.desks]
        for place, desk in enumerate(self.desks):
            self.streams.append(asyncio.create_task(self._listen(desk, address, opened[place], place < self.reading)))
        await asyncio.gather(*(one.wait() for one in opened))
        return time.monotonic() - began

    async def _listen(self, desk: Desk, address: str, opened: asyncio.Event, reads: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"retry:"):
                    opened.set()
                elif line.startswith(b"data:"):
                    number = json.loads(line[5:]).get("number", "")
                    desk.heard.setdefault(number, []).append(time.monotonic())
                    if reads and number and desk.task is None:
                        desk.task = asyncio.create_task(self._read(desk, time.monotonic()))
        finally:
            writer.close()

    async def _read(self, desk: Desk, heard: float) -> None:
        """Ask for the queue once, as an open page does; what is heard meanwhile is asked for after it."""
        await asyncio.sleep(BUNDLE)
        rest = desk.asked + desk.every - time.monotonic()
        await asyncio.sleep(rest if rest > 0 else random.random() * SPREAD)
        desk.asked, desk.task = time.monotonic(), None
        try:
            desk.failed += not await self._ask(desk)
        except (OSError, asyncio.IncompleteReadError):
            desk.failed, desk.connection = desk.failed + 1, None
            return
        ended = time.monotonic()
        desk.every = min(max(PACE, REST * (ended - desk.asked)), LONGEST_PACE)
        desk.screens.append((heard, ended))

    async def _ask(self, desk: Desk) -> bool:
        """One reading over the desk's own connection; whether it was answered by 200.

        By hand: a client library would cost this process more than the answer costs the portal.
        """
        if desk.connection is None:
            desk.connection = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = desk.connection
        headers = {"Host": f"127.0.0.1:{self.port}", "Cookie": desk.cookie, "HX-Request": "true"}
        lines = [
            f"GET /desk/live?s={desk.permission} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:  # an idle connection that the portal has closed: as a browser, once more
            desk.connection = None
            return await self._ask(desk)
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if renewed := PERMISSION.search(body):
            desk.permission, self.renewed = renewed[1].decode(), self.renewed + 1
        return length is not None and head.startswith("HTTP/1.1 200")

    async def close(self) -> None:
        """Every desk goes home."""
        for stream in self.streams:
            stream.cancel()
        await asyncio.gather(*self.streams, return_exceptions=True)
        for desk in self.desks:
            if desk.connection is not None:
                desk.connection[1].close()


async def change(portal: RigPortal, tokens: dict[str, str], *, times: int, pause: float) -> list[tuple[str, float]]:
    """File a ticket and answer it, `times` times; (number, when it was asked) of each."""
    asked: list[tuple[str, float]] = []
    async with httpx.AsyncClient(base_url=f"{portal.url}/api/v1/", timeout=60, trust_env=False) as client:
        for _time in range(times):
            at = time.monotonic()
            filed = await client.post("orgs/zenith/tickets", json=TICKET, headers=_bearer(tokens[CUSTOMER]))
            number = filed.raise_for_status().json()["number"]
            asked.append((number, at))
            await asyncio.sleep(pause)
            answer = {"body": "We look into it.", "then": None}
            at = time.monotonic()
            path = f"desk/tickets/{number}/reply"
            (await client.post(path, json=answer, headers=_bearer(tokens[ENGINEER]))).raise_for_status()
            asked.append((number, at))
            await asyncio.sleep(pause)
    return asked


def sign_in(portal: RigPortal, count: int) -> list[str]:
    """The session keys of so many new engineers."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", SIGN_IN.format(count=count)]
    done = subprocess.run(command, cwd=ROOT, env=portal.env, capture_output=True, text=True, check=True)
    return re.findall(r"^session (\w+)$", done.stdout, re.MULTILINE)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def to_sockets(asked: list[tuple[str, float]], desks: list[Desk]) -> tuple[list[float], int]:
    """Seconds from each request until each desk heard of it, and how often one never did."""
    lengths: list[float] = []
    missed = 0
    for number, at in asked:
        for desk in desks:
            arrived = [moment for moment in desk.heard.get(number, ()) if moment >= at]
            if arrived:
                lengths.append(arrived[0] - at)
            else:
                missed += 1
    return lengths, missed


def to_screens(asked: list[tuple[str, float]], desks: list[Desk]) -> list[float]:
    """Seconds from each request until a desk that reads was drawn with it."""
    lengths = []
    for number, at in asked:
        for desk in desks:
            arrived = next((moment for moment in desk.heard.get(number, ()) if moment >= at), None)
            drawn = [ended for _heard, ended in desk.screens if arrived is not None and ended > arrived]
            if drawn:
                lengths.append(drawn[0] - at)
    return lengths


def told(name: str, lengths: list[float]) -> str:
    """One line of the table; milliseconds."""
    ordered = sorted(lengths)
    if not ordered:
        return f"{name:<26}{'none':>10}"
    shares = [ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.95, 0.99, 1)]
    return f"{name:<26}{len(ordered):>10}" + "".join(f"{one:>10.0f}" for one in shares)


async def run(portal: RigPortal, tokens: dict[str, str], web: psutil.Process, chosen: Any) -> None:
    """Connect, change, count."""
    crowd = Crowd(portal, size=chosen.desks, reading=chosen.reading)
    alone = web.memory_info().rss
    opening = await crowd.connect()
    spent, began = sum(web.cpu_times()[:2]), time.monotonic()
    asked = await change(portal, tokens, times=chosen.tickets, pause=chosen.pause)
    # Until the last page is drawn.
    while any(desk.task for desk in crowd.desks):
        await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    seconds = time.monotonic() - began
    lengths, missed = to_sockets(asked, crowd.desks)
    print(f"{chosen.desks} desks connected in {opening:.1f} s; {chosen.reading} of them read the queue")
    print(f"{'':<26}{'number':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'most ms':>10}")
    print(told("to the socket", lengths))
    print(told("to the screen", to_screens(asked, crowd.desks[: chosen.reading])))
    spent = sum(web.cpu_times()[:2]) - spent
    grown = web.memory_info().rss
    reads = sum(len(desk.screens) for desk in crowd.desks)
    failed = sum(desk.failed for desk in crowd.desks)
    print(f"events missed: {missed}; queues read: {reads}, by the page itself: {crowd.renewed}, failed: {failed}")
    size = f"{alone / 2**20:.0f} MB alone, {grown / 2**20:.0f} MB with the desks"
    print(f"web process: {spent:.1f} s of CPU in {seconds:.0f} s, {size}")
    await crowd.close()


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.desks")
    options.add_argument("--desks", type=int, default=500)
    options.add_argument("--reading", type=int, default=20)
    options.add_argument("--tickets", type=int, default=20)
    options.add_argument("--pause", type=float, default=1.0, help="seconds between two changes")
    chosen = options.parse_args()
    with RigPortal() as portal:
        tokens = {email: portal.token(email) for email in (CUSTOMER, ENGINEER)}
        children = json.loads((portal.home / "home" / "children.json").read_text())
        asyncio.run(run(portal, tokens, psutil.Process(children["web"]["pid"]), chosen))


if __name__ == "__main__":
    main()
