"""The floor of filing: the statements of one filing in the smallest Django view, under the same server.

Started by bench/filing.py as `uvicorn bench.bare_view:application`; the statements are in the file BARE_STATEMENTS as
JSON. The first one draws the ids of a new ticket; those of the ticket that was recorded are replaced by them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import environ
from a2wsgi import WSGIMiddleware
from django.conf import settings

settings.configure(
    SECRET_KEY="bare",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": None}},
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

RECORDED = json.loads(Path(os.environ["BARE_STATEMENTS"]).read_text())


def file(request: HttpRequest) -> JsonResponse:
    """One ticket, in one transaction."""
    json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in RECORDED["before"]:
            cursor.execute(statement)
        cursor.execute(RECORDED["draw"])
        drawn = cursor.fetchone()
        assert drawn is not None
        for statement in RECORDED["after"]:
            cursor.execute(_with(drawn, statement))
    return JsonResponse({"id": drawn[0]}, status=201)


def _with(drawn: tuple[Any, ...], statement: str) -> str:
    for old, new in zip(RECORDED["ids"], drawn, strict=False):
        statement = statement.replace(old, str(new))
    return statement.replace(RECORDED["number"], f"B-{drawn[0]}")


urlpatterns = [path("file", file)]
application = WSGIMiddleware(get_wsgi_application(), workers=8)  # type: ignore[arg-type]
