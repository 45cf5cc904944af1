"""The page twin of the API's problems: the same classes, rendered for people."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from common.problems import MethodNotAllowed, Problem, ServiceUnavailable

log = structlog.get_logger(__name__)


class FormsOnly(MethodNotAllowed):
    """A page's address that only takes what a form sends: after signing in again, or from a bookmark."""

    title = _("There is nothing to read at this address")
    default_detail = _("It only takes what a form or a button sends. Nothing was done: go back and press it again.")

    def __init__(self, allowed: str, way_on: str) -> None:
        super().__init__(action_url=way_on, action_label=_("Back to the page"), headers={"Allow": allowed})


def page_above(path: str) -> str:
    """The nearest address above `path` that can be read, '' where there is none: a ticket for its buttons."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = "/" + "/".join(parts[:length])
        for address in (above, f"{above}/"):
            try:
                view = resolve(address).func
            except Resolver404:
                continue
            page = getattr(view, "view_class", None)
            if page is not None and hasattr(page, "get") and "get" in page.http_method_names:
                return address
    return ""


class ProblemPageMiddleware:
    """Renders a Problem that a page view let through; htmx gets a fragment, the API has its own handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only views without an answer of their own: the API's have a document.
        if response.status_code == 405 and not response.streaming and not response.content:
            return problem_page(request, FormsOnly(response.headers.get("Allow", ""), page_above(request.path)))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Problem):
            return problem_page(request, exception)
        if isinstance(exception, (OperationalError, InterfaceError)):
            log.warning("database.unavailable", error=repr(exception))
            return problem_page(request, ServiceUnavailable())
        return None


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as a page, or as a fragment where htmx asked."""
    fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    if problem.status >= 500:  # the frame asks for nothing: what is missing now may be the database
        template = "_problem.html" if fragment else "500.html"
        response = HttpResponse(render_to_string(template, {"problem": problem}), status=problem.status)
    else:
        template = "_problem.html" if fragment else "problem.html"
        response = render(request, template, {"problem": problem}, status=problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    return response
