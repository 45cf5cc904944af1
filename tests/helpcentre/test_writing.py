"""Articles are written, published in both languages and retired (helpcentre/writing.py)."""

from __future__ import annotations

import pytest

from common import tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from helpcentre import access, writing
from helpcentre.models import Article
from helpcentre.refusals import ArticleIncomplete, ArticleNotPublished
from tests.helpcentre.conftest import NOON, PRODUCTS, TEXTS, write

pytestmark = pytest.mark.django_db


def test_a_draft_gets_its_address_from_the_english_title(people):
    article = write(people.engineer, published=False)
    assert (article.slug, article.status, article.version, article.published_at) == ("a-disk-is-full", "draft", 1, None)
    assert (
        article.html_en == "<h2>Look first</h2>\n<p>Run <code>df -h</code> and <strong>grow</strong> the volume.</p>\n"
    )
    assert [version.number for version in access.versions_of(article)] == [1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Not An Address"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"title_en": "磁盘", "title_zh": ""}, "slug"),
        ({"title_en": "", "title_zh": ""}, "title_en"),
        ({"title_en": "x" * 151}, "title_en"),
        ({"body_zh": "长" * 50_001}, "body_zh"),
        ({"category": "nothing"}, "category"),
        ({"product": "teapot"}, "product"),
        ({"tags": tuple(f"t{n}" for n in range(11))}, "tags"),
        ({"tags": ("x" * 41,)}, "tags"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_written(people, changes, field):
    with pytest.raises(FieldErrors) as refused:
        write(people.engineer, **changes)
    assert field in refused.value.errors
    assert not Article.objects.exists()


def test_an_address_belongs_to_one_article(people):
    write(people.engineer)
    with pytest.raises(FieldErrors) as refused:
        write(people.engineer)
    assert list(refused.value.errors) == ["slug"]


@pytest.mark.parametrize("missing", ["title_en", "body_en", "title_zh", "body_zh"])
def test_an_article_is_published_in_both_languages(people, missing):
    article = write(people.engineer, published=False, **{missing: ""}, slug="half")
    with pytest.raises(ArticleIncomplete) as refused:
        writing.publish(article=article, by=people.engineer, at=NOON)
    assert refused.value.members["missing"] == [missing]
    article.refresh_from_db()
    assert article.status == "draft"


def test_a_published_article_stays_complete_and_keeps_its_versions(people):
    article = write(people.engineer)
    draft = writing.as_draft(article, body_en="New words")
    changed = writing.change_article(article=article, draft=draft, products=PRODUCTS, by=people.tam, at=NOON)
    assert (changed.version, changed.status, changed.html_en) == (2, "published", "<p>New words</p>\n")
    kept = access.versions_of(article)
    assert [(version.number, version.by) for version in kept] == [(2, people.tam), (1, people.engineer)]
    assert kept[1].body_en == TEXTS["body_en"]
    with pytest.raises(ArticleIncomplete):
        writing.change_article(
            article=article, draft=writing.as_draft(article, body_zh=""), products=PRODUCTS, by=people.tam, at=NOON
        )


def test_a_retired_article_is_no_longer_found_and_can_come_back(people):
    article = write(people.engineer)
    retired = writing.retire(article=article, by=people.lead, at=NOON)
    assert (retired.status, retired.retired_at) == ("retired", NOON)
    assert not access.published().exists()
    with pytest.raises(ArticleNotPublished):
        writing.retire(article=retired, by=people.lead, at=NOON)
    back = writing.publish(article=retired, by=people.lead, at=NOON)
    assert (back.status, back.retired_at) == ("published", None)


def test_every_change_is_in_the_audit_trail(people):
    article = write(people.engineer)
    writing.retire(article=article, by=people.lead, at=NOON)
    with tenancy.everything():
        actions = list(AuditEntry.objects.filter(object=article.slug).order_by("pk").values_list("action", flat=True))
    assert actions == ["article.written", "article.published", "article.retired"]
