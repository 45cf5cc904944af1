"""The public pages, and the writers' (helpcentre/views.py, desk_views.py)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from common import clock
from helpcentre import access, voices
from helpcentre.models import Article, ArticleFeedback, ArticleViews, MissedSearch, TicketSpared
from tests.cast import browser_of
from tests.helpcentre.conftest import NOON, TEXTS, write

pytestmark = pytest.mark.django_db
EVIL = '<script>alert(1)</script> <img src=x onerror=alert(1)> "quoted"'


@pytest.fixture(autouse=True)
def _noon(db):
    with clock.at(NOON):
        yield


def html_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_an_empty_help_centre_says_what_to_do(writers):
    html = html_of(Client(), "/help")
    assert "The first articles are being written" in html
    assert "File a ticket" in html


def test_everybody_reads_published_articles_in_both_languages(writers):
    write(writers.engineer)
    html = html_of(Client(), "/help")
    assert "A disk is full" in html
    english = html_of(Client(), "/help/a-disk-is-full")
    assert "<strong>grow</strong>" in english
    chinese = html_of(Client(headers={"accept-language": "zh-hans"}), "/help/a-disk-is-full")
    assert "磁盘写满怎么办" in chinese
    assert "<strong>扩容</strong>" in chinese
    switched = html_of(Client(), "/help/a-disk-is-full?lang=zh")
    assert '<article class="card help-article" lang="zh-Hans">' in switched
    assert "Did this help?" in switched


def test_drafts_and_retired_articles_are_not_there(writers):
    write(writers.engineer, published=False)
    for client in (Client(), browser_of(writers.owner), browser_of(writers.engineer)):
        html_of(client, "/help/a-disk-is-full", 404)
    assert "A disk is full" not in html_of(Client(), "/help")
    assert "A disk is full" not in html_of(Client(), "/help?q=disk")


def test_search_marks_and_escapes(writers):
    write(
        writers.engineer, slug="evil", title_en=f"disk {EVIL}", title_zh="磁盘", body_en=f"disk {EVIL}", tags=("<b>",)
    )
    html = html_of(Client(), "/help?q=disk")
    assert "<mark>disk</mark> &lt;script&gt;" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    article = html_of(Client(), "/help/evil")
    assert "<script>alert" not in article
    assert "<img src=x" not in article
    assert "<b>" not in article
    asked = html_of(Client(), "/help", 200) + Client().get("/help", {"q": EVIL}).content.decode()
    assert "<script>alert" not in asked


def test_a_search_in_vain_is_remembered_for_the_writers(writers):
    for text in ("Teapot  broken", "teapot broken"):
        assert "No article has these words" in Client().get("/help", {"q": text}).content.decode()
    missed = MissedSearch.objects.get()
    assert (missed.text, missed.count) == ("teapot broken", 2)
    desk = browser_of(writers.engineer)
    assert "teapot broken" in html_of(desk, "/desk/articles")
    assert desk.post(f"/desk/articles/missed/{missed.pk}/done").status_code == 303
    assert not MissedSearch.objects.exists()


def test_strangers_cannot_fill_the_list_without_end(writers, monkeypatch):
    monkeypatch.setattr(voices, "MOST_MISSED", 2)
    for text in ("one one", "two two", "three three", "one one"):
        voices.miss(text, at=NOON)
    assert set(MissedSearch.objects.values_list("text", "count")) == {("one one", 2), ("two two", 1)}


def test_each_reader_is_counted_once_a_day_and_the_staff_not_at_all(writers):
    article = write(writers.engineer, slug=f"read-{uuid4().hex[:8]}")
    member = browser_of(writers.member)
    for client in (member, member, browser_of(writers.owner), browser_of(writers.engineer)):
        html_of(client, f"/help/{article.slug}")
    assert list(ArticleViews.objects.values_list("day", "count")) == [(NOON.date(), 2)]


def test_a_reader_has_one_voice_and_may_change_it(writers):
    article = write(writers.engineer)
    member, stranger = browser_of(writers.member), Client()
    path = f"/help/{article.slug}/feedback"
    assert member.post(path, {"helpful": "yes"}).status_code == 303
    assert stranger.post(path, {"helpful": "yes"}).status_code == 303
    answer = member.post(path, {"helpful": "no", "comment": "Which volume?"}, headers={"HX-Request": "true"})
    assert "What was missing?" in answer.content.decode()
    stranger.post(path, {"helpful": "yes", "comment": EVIL})
    assert sorted(ArticleFeedback.objects.values_list("helpful", "comment")) == [(False, "Which volume?"), (True, EVIL)]
    shown = html_of(browser_of(writers.engineer), f"/desk/articles/{article.slug}")
    assert "Which volume?" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "fields", [{}, {"helpful": "maybe"}, {"helpful": "no", "comment": "x" * 1001}, {"helpful": "no", "comment": "\x00"}]
)
def test_feedback_that_says_nothing_is_refused(writers, fields):
    article = write(writers.engineer)
    assert Client().post(f"/help/{article.slug}/feedback", fields).status_code == 400
    assert not ArticleFeedback.objects.exists()


def test_feedback_needs_an_article_that_is_public(writers):
    article = write(writers.engineer, published=False)
    assert Client().post(f"/help/{article.slug}/feedback", {"helpful": "yes"}).status_code == 404


def test_a_ticket_that_an_article_spared_is_counted_once_a_day(writers):
    article = write(writers.engineer)
    member = browser_of(writers.member)
    for _again in range(2):
        assert "no ticket was filed" in member.post(f"/help/{article.slug}/solved").content.decode()
    assert TicketSpared.objects.count() == 1
    assert access.desk_list().get().spared == 1


def test_the_way_to_a_ticket_fits_the_reader(writers):
    write(writers.engineer)
    assert 'href="/o/acme/tickets/new"' in html_of(browser_of(writers.member), "/help/a-disk-is-full")
    assert 'href="/accounts/login/?next=/home"' in html_of(Client(), "/help/a-disk-is-full")
    assert "Still need help?" not in html_of(browser_of(writers.engineer), "/help/a-disk-is-full")


# ---- the writers ----------------------------------------------------------------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    return TEXTS | {"tags": "storage, Disk", "idempotency_key": uuid4().hex} | changes


def test_an_article_is_written_and_published_from_the_desk(writers):
    desk = browser_of(writers.engineer)
    assert "Write an article" in html_of(desk, "/desk/articles")
    assert desk.post("/desk/articles/new", typed()).url == "/desk/articles/a-disk-is-full"
    assert Article.objects.get().tags == ["storage", "disk"]
    html_of(desk, "/desk/articles/a-disk-is-full")
    assert desk.post("/desk/articles/a-disk-is-full/publish").status_code == 303
    assert "A disk is full" in html_of(Client(), "/help/a-disk-is-full")
    assert desk.post("/desk/articles/a-disk-is-full", typed(title_en="A full disk")).status_code == 303
    assert "A full disk" in html_of(Client(), "/help/a-disk-is-full")
    assert desk.post("/desk/articles/a-disk-is-full/retire").status_code == 303
    html_of(Client(), "/help/a-disk-is-full", 404)


def test_what_is_refused_stays_as_it_was_typed(writers):
    desk = browser_of(writers.engineer)
    answer = desk.post("/desk/articles/new", typed(category="", body_en="Long words"))
    assert answer.status_code == 400
    assert "Long words" in answer.content.decode()
    assert "Choose one of these." in answer.content.decode()
    desk.post("/desk/articles/new", typed(body_zh=""))
    refused = desk.post("/desk/articles/a-disk-is-full/publish")
    assert refused.status_code == 409
    assert "published in both languages" in refused.content.decode()
    assert Article.objects.get().status == "draft"


def test_a_text_is_previewed_safely(writers):
    answer = browser_of(writers.engineer).post(
        "/desk/articles/preview", {"language": "zh", "body_zh": f"**粗** {EVIL}"}
    )
    assert "<strong>粗</strong>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_administrators_read_and_others_have_nothing_there(writers):
    write(writers.engineer)
    admin = browser_of(writers.admin)
    html_of(admin, "/desk/articles")
    html_of(admin, "/desk/articles/a-disk-is-full")
    assert admin.post("/desk/articles/a-disk-is-full/retire").status_code == 403
    assert browser_of(writers.billing_operator).get("/desk/articles").status_code == 403
    assert browser_of(writers.owner).get("/desk/articles").status_code == 404
    assert Article.objects.get().status == "published"
