"""The demo's help centre: articles of articles.yaml as the staff wrote them, and what readers made of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import yaml

from common import clock, tenancy
from common.beijing import date_of
from helpcentre import voices, writing
from helpcentre.models import Article
from portal.demo.cast import Players
from portal.demo.stories import FOLDER
from supportplans import versions

AUTHORS = ("expert", "senior", "tam")
# What was looked for and no article answers.
MISSED = (("kafka consumer lag", 4), ("跨区域复制", 3), ("windows licence", 2), ("gpu driver", 1))
COMMENTS = ("Which device name is it on older images?", "按步骤操作后已恢复，谢谢。", "The table helped me to decide.")


def load(players: Players, *, now: datetime) -> int:
    """Write and publish every article; returns how many."""
    written: list[dict[str, Any]] = yaml.safe_load((FOLDER / "articles.yaml").read_text("utf-8"))
    products = versions.current(date_of(now)).product_codes()
    with tenancy.everything():
        for place, fields in enumerate(written):
            is_draft = fields.pop("draft", False)
            at = now - timedelta(days=120 - 6 * place, hours=place)
            with clock.at(at):
                by = players.staff(AUTHORS[place % len(AUTHORS)])
                draft = writing.Draft(**fields | {"tags": tuple(fields["tags"])})
                article = writing.write_article(draft=draft, products=products, by=by, at=at)
                if not is_draft:
                    writing.publish(article=article, by=by, at=at)
                    _readers(article, players, place, at, now)
        for text, times in MISSED:
            for _again in range(times):
                voices.miss(text, at=now - timedelta(days=2))
    return len(written)


def _readers(article: Article, players: Players, place: int, at: datetime, now: datetime) -> None:
    """Readers of the last weeks: the first articles have the most."""
    readers = [person for person in players.people.values() if not person.staff_role()]
    for number in range(60 - 3 * place):
        instant = min(at + timedelta(hours=7 * number), now)
        voices.count_view(article=article, reader=f"demo {article.pk} {number}", on=date_of(instant))
    for number, person in enumerate(readers[: 8 - place % 5]):
        comment = COMMENTS[place % len(COMMENTS)] if number == 0 else ""
        voices.give_feedback(article=article, helpful=(number + place) % 5 != 0, comment=comment, at=now, by=person)
    if place % 3 == 0:
        voices.spare_ticket(article=article, by=readers[place % len(readers)], on=date_of(now))
