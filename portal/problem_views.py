"""Answers where no view answers: unknown addresses and faults, as pages or as problem documents."""

from __future__ import annotations

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from common.problem_pages import problem_page
from common.problems import FieldErrors, NotFound, PermissionDenied, Problem, ServiceUnavailable, Throttled

log = structlog.get_logger(__name__)


class Fault(Problem):
    code = "internal_error"
    status = 500


def problem_json(problem: Problem) -> HttpResponse:
    """A problem document outside DRF."""
    return JsonResponse(
        problem.document(), status=problem.status, headers=problem.headers, content_type="application/problem+json"
    )


@csrf_exempt
def api_not_found(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Any API path that does not exist, with any method."""
    return problem_json(NotFound())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return _either(request, NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return _either(request, FieldErrors({"request": [str(exception)]}))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return _either(request, PermissionDenied())


def throttled(request: HttpRequest) -> HttpResponse:
    """handler429 of the sign-in pages, whose longest limit is five minutes."""
    return problem_page(request, Throttled(300))


def fault(request: HttpRequest) -> HttpResponse:
    """handler500: rendered without the database's help.

    A database that is away while no view runs yet (sessions, the clock) is met here.
    """
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        log.warning("database.unavailable", error=repr(error))
        return _either(request, ServiceUnavailable())
    if request.path.startswith("/api/"):
        return problem_json(Fault())
    return HttpResponse(render_to_string("500.html"), status=500)


def _either(request: HttpRequest, problem: Problem) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_json(problem)
    return problem_page(request, problem)
