"""What readers find, and what fits a ticket that is being written (helpcentre/finding.py)."""

from __future__ import annotations

import pytest

from helpcentre import finding
from tests.helpcentre.conftest import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(people):
    """By slug: a full disk, a slow database that mentions disks, and a draft about disks."""
    write(people.engineer, slug="disk")
    write(
        people.engineer, slug="database", product="rds", tags=("slow",), title_en="The database is slow",
        title_zh="数据库变慢", body_en="Look whether the disk is busy. Connections time out.", body_zh="看看磁盘是否繁忙。",
    )  # fmt: skip
    write(people.engineer, slug="draft", title_en="Disk secrets", published=False)


def slugs(found) -> list[str]:
    return [getattr(each, "article", each).slug for each in found]


def test_titles_come_before_texts_and_drafts_never(three):
    assert slugs(finding.best("disk")) == ["disk", "database"]
    assert slugs(finding.best("磁盘")) == ["disk", "database"]
    assert slugs(finding.best("secrets")) == []


def test_all_words_must_be_there_or_their_beginnings(three):
    assert slugs(finding.best("disk connections")) == ["database"]
    assert slugs(finding.best("connec")) == ["database"]
    assert slugs(finding.best("disk nowhere")) == []


def test_filters_narrow(three):
    assert slugs(finding.best("disk", product="rds")) == ["database"]
    assert slugs(finding.best("disk", category="plans")) == []


@pytest.mark.parametrize("text", ["", "'", "a' | 'b", "!!!", "\x00", "\\", "&|()"])
def test_no_search_is_an_error(three, text):
    assert finding.best(text) == []
    assert finding.suggest(text, "en") == []


def test_what_was_asked_for_is_marked(three):
    (found,) = finding.results(finding.best("df"), "df", "en")
    assert found.title == [("A disk is full", False)]
    assert ("df", True) in found.excerpt


def test_articles_near_to_a_ticket_are_suggested(three):
    assert slugs(finding.suggest("Our database times out", "en")) == ["database"]
    assert slugs(finding.suggest("今天数据库变慢了", "zh")) == ["database"]
    assert slugs(finding.suggest("disk full", "en"))[0] == "disk"
    assert finding.suggest("invoice is wrong", "en") == []
    assert finding.suggest("it is", "en") == []
    # A word in the text alone does not make an article one about it.
    assert finding.suggest("connections", "en") == []
