"""The page twin of the API's problems: the same classes, rendered for people."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common.problems import Problem, ServiceUnavailable

log = structlog.get_logger(__name__)


class ProblemPageMiddleware:
    """Renders a Problem that a page view let through; htmx gets a fragment, the API has its own handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
