"""The demo's articles: both languages, published, near to what people ask."""

from __future__ import annotations

import pytest

from common import clock
from helpcentre import access, finding
from helpcentre.models import Article, MissedSearch
from portal.demo import articles, cast
from tests.helpcentre.conftest import NOON

pytestmark = pytest.mark.django_db


def test_the_demo_has_articles_in_both_languages(catalogue):
    with clock.at(NOON):
        written = articles.load(cast.gather(NOON), now=NOON)
        published = access.published()
        assert written >= 13
        assert published.count() >= 12
        assert published.exclude(product="").count() >= 8
        assert Article.objects.filter(status="draft").count() == 1
        for article in published:
            assert article.body_zh, article.slug
            assert article.html_en, article.slug
        assert finding.best("磁盘写满")[0].slug == "disk-is-full"
        suggested = finding.suggest("Our database connections time out since noon", "en")
        assert suggested[0].article.slug == "database-connections-time-out"
        assert finding.suggest("云服务器连不上了，无法连接", "zh")[0].article.slug == "instance-cannot-be-reached"
        assert MissedSearch.objects.count() == 4
        assert [article.views for article in access.desk_list(status="published")][-1] > 30
