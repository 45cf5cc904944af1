"""An article of the help centre that everybody reads, and a search that found none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Person
from helpcentre import writing
from helpcentre.models import MissedSearch


def things(writer: Person, now: datetime) -> dict[str, Any]:
    """Parts of addresses that name them."""
    texts = {"title_en": "How", "title_zh": "如何", "body_en": "So.", "body_zh": "这样。"}
    article = writing.write_article(
        draft=writing.Draft(slug="how", category="start", **texts), products=(), by=writer, at=now
    )
    writing.publish(article=article, by=writer, at=now)
    missed = MissedSearch.objects.create(text="teapot", last_at=now)
    return {
        "articles/{slug}": f"articles/{article.slug}",
        "help/{slug}": f"help/{article.slug}",
        "missed/{number}": f"missed/{missed.pk}",
    }
