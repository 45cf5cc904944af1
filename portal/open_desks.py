"""`/desk/live` for pages that have a permission: hundreds of open desks ask for their list in the same moment.

Whoever asks while a list is being drawn waits for the next drawing, which answers all of them (tickets/views/
open_queues.py). Without a permission, or where it does not answer, the request goes on to the page itself, whose
refusals are its own and whose answer brings a new permission.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import close_old_connections
from django.http import QueryDict
from django.http.cookie import parse_cookie

from common.plain_addresses import is_plain
from tickets.views import open_queues
from tickets.views.open_queues import Asking

log = structlog.get_logger(__name__)
PATH = "/desk/live"
MOST_TOGETHER = 100
HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]


class Drawing:
    """Draws for all who wait, in a thread that keeps its database connection."""

    def __init__(self, draw: Callable[[Sequence[Asking]], list[str | None]] = open_queues.drawn) -> None:
        self._draw = draw
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="open-desks")
        self._waiting: list[tuple[Asking, asyncio.Future[str | None]]] = []
        self._at_work: asyncio.Task[None] | None = None

    async def answer(self, asking: Asking) -> str | None:
        """The list; None when the page itself has to answer."""
        answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asking, answered))
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work())
        return await answered

    async def _work(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            drawn = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._drawn, [asking for asking, _answered in together]
            )
            for (_asking, answered), text in zip(together, drawn, strict=True):
                if not answered.done():  # whose page was closed meanwhile
                    answered.set_result(text)
        self._at_work = None

    def _drawn(self, askings: Sequence[Asking]) -> Sequence[str | None]:
        close_old_connections()
        try:
            return self._draw(askings)
        except Exception as error:
            log.warning("open_desks.not_drawn", error=repr(error))
            return [None] * len(askings)
        finally:
            close_old_connections()


drawing = Drawing()


async def answered(scope: Any, send: Any) -> bool:
    """Answer the request of an open desk; False leaves it to the page."""
    asking = _asking(scope)
    text = None if asking is None else await drawing.answer(asking)
    if text is None:
        return False
    body = text.encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": body})
    return True


def _asking(scope: Any) -> Asking | None:
    if scope["method"] != "GET":
        return None
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    session_key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    asked = scope.get("query_string", b"").decode("latin-1")
    if not is_plain(asked):
        return None
    try:
        query = QueryDict(asked)
    except SuspiciousOperation:  # more fields than anybody needs: the page says so
        return None
    return open_queues.asking(query, session_key)
