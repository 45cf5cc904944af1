"""The public pages of the help centre: `/help…`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.generic import View

from accounts.page_doors import PersonPage, check_texts
from common import clock, rate_limits
from common.beijing import date_of
from common.problems import FieldErrors
from helpcentre import access, finding, reader, voices
from helpcentre.languages import language_of, text_of
from helpcentre.models import Article, Category
from supportplans import versions

LONGEST_SEARCH = 100
FEEDBACK_A_MINUTE = 20


class HelpPage(View):
    """Open to everybody; strangers are counted by their address. One transaction holds the request."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = reader.person_of(request)
        rate_limits.check(f"person:{person.pk}" if person else f"address:{request.META.get('REMOTE_ADDR', '')}")
        with transaction.atomic():
            return super().dispatch(request, *args, **kwargs)

    @property
    def language(self) -> str:
        """`en` or `zh`: what was asked for, else the reader's own."""
        return language_of(self.request.GET.get("lang") or get_language())

    def show(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        person = reader.person_of(self.request)
        own = {"filing_url": reader.filing_address(self.request), "writes": bool(person and person.staff_role())}
        return render(self.request, template, own | context, status=status)


class HelpCentrePage(HelpPage):
    """`/help`: the search box, what others read, categories; with `q` or a filter the articles that fit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        catalogue = versions.current(clock.today())
        asked = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
        category = request.GET.get("category", "")
        product = request.GET.get("product", "")
        category = category if category in Category.values else ""
        product = product if product in catalogue.product_codes() else ""
        context: dict[str, Any] = {
            "q": asked,
            "category": category,
            "category_name": Category(category).label if category else "",
            "product": product,
            "products": catalogue.products,
            "narrows": bool(asked or category or product),
        }
        if context["narrows"]:
            context["results"] = self.results(asked, category, product)
        else:
            counted = access.counted_by_category()
            context["categories"] = [(code, label, counted.get(code, 0)) for code, label in Category.choices]
            context["most_read"] = finding.results(access.most_read(), "", self.language)
        is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
        return self.show("helpcentre/_results.html" if is_fragment else "helpcentre/help.html", context)

    def results(self, asked: str, category: str, product: str) -> list[finding.Found]:
        if not asked:
            listed = access.published(category=category, product=product)[: finding.MOST_FOUND]
            return finding.results(list(listed), "", self.language)
        found = finding.best(asked, category=category, product=product)
        if not found and not (category or product):
            voices.miss(asked, at=clock.now())
        return finding.results(found, asked, self.language)


class ArticlePage(HelpPage):
    """`/help/<slug>`: an article, in the reader's language or, with `lang`, in the other one."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        article = access.article(slug)
        if not self.is_staff:
            voices.count_view(article=article, reader=reader.name_of(request), on=clock.today())
        return self.show("helpcentre/article.html", self.about(article))

    @property
    def is_staff(self) -> bool:
        person = reader.person_of(self.request)
        return bool(person and person.staff_role())

    def about(self, article: Article) -> dict[str, Any]:
        product = versions.current(clock.today()).name_of("products", article.product) if article.product else ""
        related = [other for other in access.most_read(category=article.category) if other.pk != article.pk]
        return {
            "article": article,
            "text": text_of(article, self.language),
            "product_name": product,
            "related": finding.results(related[:3], "", self.language),
        }


class ArticleFeedbackView(ArticlePage):
    """POST of an article's own form: was it helpful, and a word about it. The answer takes the form's place."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        article = access.article(slug)
        rate_limits.check(f"help-feedback:{reader.name_of(request)}", limit=FEEDBACK_A_MINUTE)
        helpful = request.POST.get("helpful")
        try:
            check_texts(request.POST)
            if helpful not in ("yes", "no"):
                raise FieldErrors({"helpful": []})
            voices.give_feedback(
                article=article,
                helpful=helpful == "yes",
                comment=request.POST.get("comment", ""),
                at=clock.now(),
                by=reader.person_of(request),
                browser=voices.browser_of(reader.name_of(request)),
            )
        except FieldErrors as problem:
            context = {"article": article, "helpful": helpful, "problem": problem}
            return self.show("helpcentre/_feedback.html", context, status=400)
        if request.headers.get("HX-Request"):
            return self.show("helpcentre/_feedback.html", {"article": article, "helpful": helpful, "said": True})
        return HttpResponseRedirect(f"{reverse('helpcentre:article', args=[slug])}#feedback", status=303)


class TicketSparedView(PersonPage):
    """An article offered while a ticket was written answered it: counted, and the reader is thanked."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        article = access.article(slug)
        voices.spare_ticket(article=article, by=self.person, on=date_of(clock.now()))
        return self.render("helpcentre/_spared.html", {"article": article})
