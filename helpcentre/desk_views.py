"""The writers' pages: `/desk/articles…`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.page_doors import StaffPage, errors_of
from common import clock
from common.problems import FieldErrors, Problem
from common.safe_markdown import rendered
from helpcentre import access, writing
from helpcentre.languages import title_of
from helpcentre.models import Article, Category
from supportplans import versions

MOST_LISTED = 500
FIELDS = ("slug", "category", "product", "title_en", "title_zh", "body_en", "body_zh")


class WritersPage(StaffPage):
    """Who works at the desk writes articles; administrators read along."""

    area = "internal_notes"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write}


class ArticlesPage(WritersPage):
    """Every article with what readers make of it, and what they looked for in vain."""

    def get(self, request: HttpRequest) -> HttpResponse:
        status = request.GET.get("status", "")
        status = status if status in Article.Status.values else ""
        articles = list(access.desk_list(status=status)[:MOST_LISTED])
        context = {
            "articles": [(article, title_of(article, get_language() or "en")) for article in articles],
            "status": status,
            "statuses": Article.Status.choices,
            "missed": access.missed_searches(),
        }
        return self.render("helpcentre/desk/articles.html", context)


class _EditorPage(WritersPage):
    access = {"GET": "R", "POST": "W"}

    def show(
        self, draft: writing.Draft, *, article: Article | None = None, problem: Problem | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "draft": draft,
            "tags": ", ".join(draft.tags),
            "article": article,
            "problem": problem,
            "errors": errors_of(problem) if problem else {},
            "categories": Category.choices,
            "products": versions.current(clock.today()).products,
        }
        if article is not None:
            context |= {"versions": access.versions_of(article), "comments": access.comments_on(article)}
        return self.render("helpcentre/desk/article.html", context, status=problem.status if problem else 200)

    def typed(self) -> writing.Draft:
        texts = {name: self.request.POST.get(name, "").replace("\r\n", "\n") for name in FIELDS}
        tags = self.request.POST.get("tags", "").replace("，", ",").split(",")
        return writing.Draft(tags=tuple(tag.strip() for tag in tags if tag.strip()), **texts)

    def products(self) -> tuple[str, ...]:
        return versions.current(clock.today()).product_codes()


class NewArticlePage(_EditorPage):
    """`/desk/articles/new`."""

    access = {"GET": "W", "POST": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(writing.Draft(title_en=request.GET.get("title", "")[: writing.LONGEST_TITLE]))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        draft = self.typed()
        return self.submit(
            lambda: writing.write_article(draft=draft, products=self.products(), by=self.person, at=clock.now()),
            to=self._written,
            again=lambda problem: self.show(draft, problem=problem),
        )

    def _written(self, article: Article) -> str:
        messages.success(self.request, _("The draft is saved. Publish it when both languages are written."))
        return reverse("helpcentre:desk_article", args=[article.slug])


class DeskArticlePage(_EditorPage):
    """`/desk/articles/<slug>`: the article to change, its versions, readers' words."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        article = access.any_article(slug)
        return self.show(writing.as_draft(article), article=article)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        article, draft = access.any_article(slug), self.typed()
        return self.submit(
            lambda: writing.change_article(
                article=article, draft=draft, products=self.products(), by=self.person, at=clock.now()
            ),
            to=self._changed,
            again=lambda problem: self.show(draft, article=article, problem=problem),
        )

    def _changed(self, article: Article) -> str:
        messages.success(self.request, _("The article is kept."))
        return reverse("helpcentre:desk_article", args=[article.slug])


class ArticleStep(_EditorPage):
    """POST: publish or retire; a refusal shows the article with what is missing."""

    http_method_names = ["post"]
    step: ClassVar[str] = ""
    steps: ClassVar[dict[str, tuple[Callable[..., Article], str | Promise]]] = {
        "publish": (writing.publish, gettext_lazy("The article is published.")),
        "retire": (writing.retire, gettext_lazy("The article is retired: readers no longer find it.")),
    }

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        article = access.any_article(slug)
        rule, words = self.steps[self.step]

        def done(changed: Article) -> str:
            messages.success(request, str(words))
            return reverse("helpcentre:desk_article", args=[changed.slug])

        return self.submit(
            lambda: rule(article=article, by=self.person, at=clock.now()),
            to=done,
            again=lambda problem: self.show(writing.as_draft(article), article=article, problem=problem),
        )


class ArticlePreview(WritersPage):
    """POST: a text as readers will see it, while it is written."""

    def post(self, request: HttpRequest) -> HttpResponse:
        name = "body_zh" if request.POST.get("language") == "zh" else "body_en"
        body = request.POST.get(name, "")
        if len(body) > writing.LONGEST_BODY:
            raise FieldErrors({name: [_("Use at most %(longest)s characters.") % {"longest": writing.LONGEST_BODY}]})
        return self.render("helpcentre/desk/_preview.html", {"html": rendered(body)})


class MissedSearchDone(WritersPage):
    """POST: a search without a result is done with."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        writing.tick_off(missed=access.missed_search(number), by=self.person)
        return self.go(reverse("helpcentre:articles"))
