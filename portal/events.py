"""`/events?s=…`: server-sent events to open pages, one Redis subscription per process fanned out in memory.

The signed subscription (common/live.py) says which channels a page may hear. Events carry no content.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

import redis.asyncio
import structlog
from django.conf import settings
from django.core import signing

from common import live

log = structlog.get_logger(__name__)
KEEP_ALIVE_SECONDS = 20
QUEUE_LENGTH = 100
RETRY_MS = 2000
# An event, not a comment: a page that hears nothing for long knows that its network is gone.
ALIVE = "event: alive\ndata: {}\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Exchange:
    """Who listens to what in this process, and the one subscription that feeds them."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self.feeder: asyncio.Task[None] | None = None

    def join(self, channels: list[str]) -> asyncio.Queue[str]:
        """A queue that receives what is announced on `channels`."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        for channel in channels:
            self.listeners[channel].add(queue)
        if self.feeder is None or self.feeder.done():
            self.feeder = asyncio.create_task(self._feed())
        return queue

    def leave(self, channels: list[str], queue: asyncio.Queue[str]) -> None:
        """Forget a listener."""
        for channel in channels:
            self.listeners[channel].discard(queue)
            if not self.listeners[channel]:
                del self.listeners[channel]

    async def _feed(self) -> None:
        while self.listeners:
            try:
                await self._feed_until_cut_off()
            except (redis.RedisError, OSError) as error:
                log.info("events.redis_unavailable", error=repr(error))
                await asyncio.sleep(1)

    async def _feed_until_cut_off(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        pubsub = client.pubsub()
        try:
            await pubsub.psubscribe(live.CHANNEL_PREFIX + "*")
            # What was announced while nobody listened is lost: pages ask again.
            self._tell_all("event: reconnected\ndata: {}\n\n")
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    self._pass_on(message["channel"].decode(), message["data"].decode())
        finally:
            with contextlib.suppress(redis.RedisError, OSError):
                await pubsub.aclose()
                await client.aclose()

    def _pass_on(self, channel: str, text: str) -> None:
        message = json.loads(text)
        frame = f"event: {message['event']}\ndata: {json.dumps(message['data'])}\n\n"
        for queue in tuple(self.listeners.get(channel.removeprefix(live.CHANNEL_PREFIX), ())):
            _offer(queue, frame)

    def _tell_all(self, frame: str) -> None:
        for queue in {queue for queues in self.listeners.values() for queue in queues}:
            _offer(queue, frame)


def _offer(queue: asyncio.Queue[str], frame: str) -> None:
    # A page that does not read any more loses events and asks for everything when it is back.
    with contextlib.suppress(asyncio.QueueFull):
        queue.put_nowait(frame)


exchange = Exchange()


async def events(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI handler of one stream; ends when the browser leaves."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    try:
        channels = live.channels_of(query.get("s", [""])[0])
    except signing.BadSignature:
        await _plain(send, 403, b"This subscription is not valid any more: load the page again.")
        return
    if scope["method"] != "GET":
        await _plain(send, 405, b"GET only.")
        return
    queue = exchange.join(channels)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _send(send, f"retry: {RETRY_MS}\n\n")
        while not gone.done():
            await _send(send, await _next_frame(queue, gone))
    finally:
        gone.cancel()
        exchange.leave(channels, queue)


async def _next_frame(queue: asyncio.Queue[str], gone: asyncio.Task[None]) -> str:
    getting = asyncio.create_task(queue.get())
    done, _pending = await asyncio.wait(
        {getting, gone}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    if getting in done:
        return getting.result()
    getting.cancel()
    return ALIVE


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _plain(send: Any, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
