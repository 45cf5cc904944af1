"""The catalogue, and short ways to write articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Person
from common.beijing import BEIJING
from helpcentre import writing
from helpcentre.models import Article
from supportplans import versions
from supportplans.publishing import load_files
from tests.cast import Cast

NOON = datetime(2026, 11, 24, 12, tzinfo=BEIJING)
PRODUCTS = ("ecs", "evs", "rds")
TEXTS: dict[str, Any] = {
    "category": "trouble",
    "product": "evs",
    "tags": ("storage",),
    "title_en": "A disk is full",
    "title_zh": "磁盘写满怎么办",
    "body_en": "## Look first\nRun `df -h` and **grow** the volume.",
    "body_zh": "先运行 `df -h`，再**扩容**云硬盘。",
}


def write(by: Person, *, published: bool = True, **changes: Any) -> Article:
    """An article as a writer keeps it, published at once."""
    article = writing.write_article(draft=writing.Draft(**TEXTS | changes), products=PRODUCTS, by=by, at=NOON)
    return writing.publish(article=article, by=by, at=NOON) if published else article


@pytest.fixture
def catalogue(db):
    load_files()
    yield versions.current(NOON.date())
    versions.forget()


@pytest.fixture
def writers(people: Cast, catalogue) -> Cast:
    """The cast, with the catalogue that names products."""
    return people
