"""One server, two roads (spec page 8.2): `/events` and open desks are native async, all else Django's WSGI application.

Pages run in long-lived threads, so that psycopg2 connections persist; under Django's own ASGI handler every
request would open one.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
pages = WSGIMiddleware(
    get_wsgi_application(),  # type: ignore[arg-type]  # a2wsgi types the environ by fields, Django as a dict
    workers=int(os.environ.get("WEB_THREADS", "8")),
)

from portal import open_desks  # noqa: E402
from portal.events import events  # noqa: E402


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI entry point."""
    if scope["type"] == "http" and scope["path"] == "/events":
        await events(scope, receive, send)
        return
    if scope["type"] == "http" and scope["path"] == open_desks.PATH and await open_desks.answered(scope, send):
        return
    await pages(scope, receive, send)
