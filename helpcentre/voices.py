"""What readers leave behind: views, a voice on an article, tickets not filed, searches that found nothing."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Person
from common.problems import FieldErrors
from helpcentre.models import Article, ArticleFeedback

LONGEST_COMMENT = 1_000
SHORTEST_SEARCH, LONGEST_SEARCH = 2, 80
# What strangers type cannot grow without end; the writers tick off what is done.
MOST_MISSED = 1_000
_DAY = 24 * 3600

_COUNT = """
INSERT INTO helpcentre_articleviews (article_id, day, count) VALUES (%s, %s, 1)
    ON CONFLICT (article_id, day) DO UPDATE SET count = helpcentre_articleviews.count + 1
"""
_SPARE = """
INSERT INTO helpcentre_ticketspared (article_id, person_id, day) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_MISS = """
INSERT INTO helpcentre_missedsearch (text, count, last_at)
SELECT %(text)s, 1, %(at)s
 WHERE EXISTS (SELECT FROM helpcentre_missedsearch WHERE text = %(text)s)
    OR (SELECT count(*) FROM helpcentre_missedsearch) < %(most)s
    ON CONFLICT (text) DO UPDATE SET count = helpcentre_missedsearch.count + 1, last_at = excluded.last_at
"""


def browser_of(*parts: str) -> str:
    """A name for the browser of somebody who is not signed in, from which nothing can be read."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def count_view(*, article: Article, reader: str, on: date) -> None:
    """Count a reading once a day for each reader; `reader` is any name that tells readers apart."""
    key = f"help-view:{article.pk}:{on.isoformat()}:{browser_of(reader)}"
    try:
        is_new = cache.add(key, 1, timeout=_DAY)
    except Exception:  # a cache that is down counts every reading
        is_new = True
    if is_new:
        _execute(_COUNT, [article.pk, on])


def give_feedback(
    *, article: Article, helpful: bool, comment: str, at: datetime, by: Person | None, browser: str = ""
) -> ArticleFeedback:
    """Keep what a reader says; said again, the last word counts. Raises FieldErrors for a comment that is too long."""
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise FieldErrors({"comment": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_COMMENT}]})
    who = {"person": by} if by is not None else {"person": None, "browser": browser}
    said = {"helpful": helpful, "comment": comment, "at": at}
    voice, _is_new = ArticleFeedback.objects.update_or_create(article=article, **who, defaults=said)
    return voice


def spare_ticket(*, article: Article, by: Person, on: date) -> None:
    """The article answered what a ticket was begun for; told twice a day it is the same."""
    _execute(_SPARE, [article.pk, by.pk, on])


def miss(text: str, *, at: datetime) -> None:
    """Remember a search that found nothing."""
    text = " ".join(text.replace("\0", "").lower().split())[:LONGEST_SEARCH]
    if len(text) >= SHORTEST_SEARCH:
        _execute(_MISS, {"text": text, "at": at, "most": MOST_MISSED})


def _execute(sql: str, values: list[Any] | dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
