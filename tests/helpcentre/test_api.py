"""The help centre by API (helpcentre/api.py)."""

from __future__ import annotations

import pytest

from common import clock
from helpcentre.models import Article
from tests.cast import client_of
from tests.helpcentre.conftest import NOON, TEXTS, write

pytestmark = pytest.mark.django_db
ARTICLES, DESK = "/api/v1/help/articles", "/api/v1/desk/articles"


@pytest.fixture(autouse=True)
def _noon(db):
    with clock.at(NOON):
        yield


def test_everybody_lists_finds_and_reads(writers):
    write(writers.engineer)
    write(writers.engineer, slug="hidden", published=False)
    client = client_of()
    listed = client.get(ARTICLES).json()
    assert listed == {
        "results": [
            {
                "slug": "a-disk-is-full",
                "category": "trouble",
                "product": "evs",
                "tags": ["storage"],
                "title": {"en": "A disk is full", "zh": "磁盘写满怎么办"},
                "published_at": "2026-11-24T12:00:00+08:00",
                "updated_at": "2026-11-24T12:00:00+08:00",
            }
        ],
        "next": None,
        "previous": None,
    }
    assert [row["slug"] for row in client.get(ARTICLES, {"q": "磁盘"}).json()["results"]] == ["a-disk-is-full"]
    assert client.get(ARTICLES, {"q": "teapot"}).json()["results"] == []
    assert client.get(ARTICLES, {"category": "plans"}).json()["results"] == []
    text = client.get(f"{ARTICLES}/a-disk-is-full").json()
    assert text["body"]["en"] == TEXTS["body_en"]
    assert text["body_html"]["zh"].startswith("<p>先运行 <code>df -h</code>")
    assert client.get(f"{ARTICLES}/hidden").status_code == 404


@pytest.mark.parametrize("query", [{"category": "x"}, {"product": "teapot"}, {"q": "x" * 201}, {"cursor": "x"}])
def test_wrong_parameters_are_named(writers, query):
    answer = client_of().get(ARTICLES, query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query))


def test_feedback_is_a_person_s(writers):
    write(writers.engineer)
    path = f"{ARTICLES}/a-disk-is-full/feedback"
    assert client_of().post(path, {"helpful": True}, format="json").status_code == 401
    said = client_of(writers.viewer).post(path, {"helpful": False, "comment": "No"}, format="json")
    assert (said.status_code, said.json()["helpful"], said.json()["comment"]) == (200, False, "No")
    assert client_of(writers.viewer).post(path, {}, format="json").status_code == 400


def test_writers_write_change_publish_and_retire(writers):
    client = client_of(writers.engineer)
    made = client.post(DESK, TEXTS | {"body_zh": ""}, format="json")
    assert (made.status_code, made.json()["status"], made.json()["version"]) == (201, "draft", 1)
    refused = client.post(f"{DESK}/a-disk-is-full/publish")
    assert (refused.status_code, refused.json()["code"], refused.json()["missing"]) == (
        409,
        "article_incomplete",
        ["body_zh"],
    )
    changed = client.patch(f"{DESK}/a-disk-is-full", {"body_zh": "扩容"}, format="json").json()
    assert (changed["version"], changed["title"]["en"], changed["tags"]) == (2, "A disk is full", ["storage"])
    assert client.post(f"{DESK}/a-disk-is-full/publish").json()["status"] == "published"
    assert client.post(f"{DESK}/a-disk-is-full/retire").json()["status"] == "retired"
    again = client.post(f"{DESK}/a-disk-is-full/retire")
    assert (again.status_code, again.json()["code"]) == (409, "article_not_published")
    assert [row["slug"] for row in client.get(DESK, {"status": "retired"}).json()["results"]] == ["a-disk-is-full"]
    assert client.post(DESK, {"category": "x"}, format="json").status_code == 400


def test_who_may_not_write_changes_nothing(writers):
    write(writers.engineer)
    for someone, status in ((writers.owner, 404), (writers.billing_operator, 403), (writers.admin, 403)):
        assert client_of(someone).post(f"{DESK}/a-disk-is-full/retire").status_code == status
        assert (
            client_of(someone).patch(f"{DESK}/a-disk-is-full", {"title_en": "x"}, format="json").status_code == status
        )
    assert Article.objects.get().title_en == "A disk is full"
