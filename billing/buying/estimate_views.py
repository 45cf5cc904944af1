"""The price calculator and the plan finder, open to visitors (spec pages 3.8 and 2.8)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.generic import View

from accounts.access import Rights
from billing.buying.calculator import Calculator, calculator
from billing.buying.finder import Finder, finder
from common import clock
from supportplans.reader import Reader, reader_of


class QuestionPage(View):
    """The questions stand in the address; htmx asks for the answer alone."""

    page: ClassVar[str]
    fragment: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request.user, request.GET.get("organization", ""), clock.now())
        answer = self.answer(reader, request.GET, get_language() or "en")
        is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
        context = {
            "answer": answer,
            "is_fragment": is_fragment,
            "reader": reader,
            "reach": reader.reach,
            "may": Rights(reader.reach) if reader.reach else None,
        }
        template = self.fragment if is_fragment else self.page
        response = render(request, template, context, status=400 if answer.problem else 200)
        # The same address is a page and its part: a browser that goes back must not be shown the part.
        patch_vary_headers(response, ["HX-Request"])
        return response

    @abstractmethod
    def answer(self, reader: Reader, asked: Mapping[str, str], language: str) -> Calculator | Finder:
        """What the page says to the question in the address."""


class CalculatorPage(QuestionPage):
    """`/plans/calculator`"""

    page = "billing/calculator.html"
    fragment = "billing/_estimate.html"

    def answer(self, reader: Reader, asked: Mapping[str, str], language: str) -> Calculator:
        return calculator(reader, asked, language)


class FinderPage(QuestionPage):
    """`/plans/finder`"""

    page = "billing/finder.html"
    fragment = "billing/_suggestion.html"

    def answer(self, reader: Reader, asked: Mapping[str, str], language: str) -> Finder:
        return finder(reader, asked, language)
