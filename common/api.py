"""The API's common door: one transaction a request, problems as RFC 9457, keyed POSTs, cursor lists (spec page 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import problems, rate_limits
from common.beijing import BEIJING
from common.idempotency import answer_once, fingerprint

log = structlog.get_logger(__name__)


def api_time(instant: datetime | None) -> str | None:
    """An instant as the API writes it, whole: 2026-11-01T09:30:00.250000+08:00, without a fraction that is 0.

    Cut to the second, an answer at the due time that was read here would still come before the stored one.
    """
    return instant.astimezone(BEIJING).isoformat() if instant else None


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every exception becomes a problem document; None lets a fault be logged as one."""
    problem = as_problem(error)
    if problem is None:
        return None
    response = Response(
        problem.document(),
        status=problem.status,
        headers=problem.headers,
        content_type="application/problem+json",
    )
    if isinstance(problem, problems.NotAuthenticated):
        response["WWW-Authenticate"] = "Bearer"
    return response


def as_problem(error: Exception) -> problems.Problem | None:
    """The problem that an exception of Django, DRF or the database stands for; None for a fault of ours."""
    if isinstance(error, problems.Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return problems.FieldErrors(field_errors(error.detail))
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        return problems.NotAuthenticated()
    if isinstance(error, (exceptions.PermissionDenied, DjangoPermissionDenied)):
        return problems.PermissionDenied(str(error) if str(error).startswith("CSRF") else "")
    if isinstance(error, (Http404, exceptions.NotFound)):
        return problems.NotFound()
    if isinstance(error, exceptions.MethodNotAllowed):
        return problems.MethodNotAllowed()
    if isinstance(error, exceptions.UnsupportedMediaType):
        return problems.UnsupportedMediaType()
    if isinstance(error, exceptions.ParseError):
        return problems.FieldErrors({"body": [error.detail]})
    if isinstance(error, (OperationalError, InterfaceError)):
        log.warning("database.unavailable", error=repr(error))
        return problems.ServiceUnavailable()
    return None


def field_errors(detail: Any, prefix: str = "") -> dict[str, list[Any]]:
    """DRF's nested error detail as a flat map: {"answers.0.text": ["…"]}."""
    if isinstance(detail, dict):
        flat: dict[str, list[Any]] = {}
        for name, inner in detail.items():
            # What is wrong with a nested object as a whole stands under its own name.
            inside = prefix if name == "non_field_errors" and prefix else f"{prefix}.{name}" if prefix else str(name)
            flat |= field_errors(inner, inside)
        return flat
    if isinstance(detail, list):
        if any(isinstance(inner, (dict, list)) for inner in detail):
            flat = {}
            for index, inner in enumerate(detail):
                if inner:
                    flat |= field_errors(inner, f"{prefix}.{index}" if prefix else str(index))
            return flat
        return {prefix or "body": list(detail)}
    return {prefix or "body": [detail]}


class PortalAPIView(APIView):
    """Base of every API view. One transaction holds the request; an error rolls it back whole.

    Subclasses say `public = True` where anybody may ask, and write get/post/patch/put/delete that return
    a Response. A POST with an Idempotency-Key runs once (common/idempotency.py).
    """

    public = False
    # False only where a request is many transactions by nature (travelling in time).
    atomic = True
    # False only where the answer may not be kept for a repeat (a secret that is shown).
    keeps_answers = True
    # False only where the body is no JSON object by nature (a list of records); the view then judges it itself.
    takes_object = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self.args, self.kwargs = args, kwargs
        drf_request = self.initialize_request(request, *args, **kwargs)
        self.request = drf_request
        self.headers = self.default_response_headers
        try:
            with transaction.atomic() if self.atomic else nullcontext():
                response = self._answer(drf_request)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(drf_request, response, *args, **kwargs)
        return self.response

    def _answer(self, request: Request) -> Response:
        self.initial(request, *self.args, **self.kwargs)
        handler = getattr(self, (request.method or "").lower(), self.http_method_not_allowed)
        self.enter()
        self._check_body(request)
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key is not None and self.keeps_answers and request.user.is_authenticated:
            return self._answer_once(request, request.user.pk, key, handler)
        return handler(request, *self.args, **self.kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authentication and rate limit; the method exists."""
        super().initial(request, *args, **kwargs)
        user = request.user
        rate_limits.check(f"person:{user.pk}" if user.is_authenticated else f"address:{_address(request)}")
        if not self.public and not user.is_authenticated:
            raise problems.NotAuthenticated
        token: Any = request.auth  # the stubs know only DRF's own tokens
        if token is not None and token.scope == "read" and request.method not in ("GET", "HEAD", "OPTIONS"):
            raise problems.PermissionDenied(_("This token may only read. Make one with the scope write."))

    def enter(self) -> None:
        """Reach, role and tenant scope; subclasses in accounts/api_doors.py know organizations and staff."""

    def _check_body(self, request: Request) -> None:
        """A body is a JSON object or nothing, whether the view reads it or not (spec page 7: `{}` or no body).

        A form that a view does not ask for is left to it: scripts send an empty one to actions without fields.
        """
        if request.method not in ("POST", "PUT", "PATCH") or not self.takes_object:
            return
        try:
            body = request.data
        except exceptions.UnsupportedMediaType:
            return
        if not isinstance(body, Mapping):
            raise problems.FieldErrors({"body": [_("Send a JSON object, such as {}.")]})

    def _answer_once(self, request: Request, person_id: int, key: str, handler: Callable[..., Response]) -> Response:
        asked = fingerprint(request.method, request.path, _asked(request))

        def work() -> tuple[int, Any]:
            response = handler(request, *self.args, **self.kwargs)
            return response.status_code, response.data

        answer = answer_once(person_id=person_id, key=key, asked=asked, work=work)
        is_problem = answer.status >= 400
        response = Response(
            answer.body,
            status=answer.status,
            content_type="application/problem+json" if is_problem else None,
        )
        if answer.replayed:
            response["Idempotent-Replay"] = "true"
        return response


def _address(request: Request) -> str:
    return request.META.get("REMOTE_ADDR", "")


def _asked(request: Request) -> Any:
    data = request.data
    if hasattr(data, "lists"):
        return {name: [_file_digest(value) for value in values] for name, values in data.lists()}
    return data


def _file_digest(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]


class NewestFirst(CursorPagination):
    """`{"results", "next", "previous"}`, newest first, 50 rows unless page_size (≤ 200) says otherwise."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: Any = "-pk"

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise problems.FieldErrors(
                {"cursor": [_("This page marker is not valid. Start from the first page.")]}
            ) from error

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError, DataError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            # A marker that was made up: it decodes, and names no place in the list.
            raise problems.FieldErrors(
                {"cursor": [_("This page marker is not valid. Start from the first page.")]}
            ) from error


def listed(view: APIView, rows: Any, document: Callable[[Any], Any]) -> Response:
    """One cursor page of a queryset in the API's list shape; `document` is what the API says of a row."""
    paginator = NewestFirst()
    page = paginator.paginate_queryset(rows, view.request, view=view) or []
    results = [document(row) for row in page]
    return Response({"results": results, "next": paginator.get_next_link(), "previous": paginator.get_previous_link()})


def whole_list(results: list[Any]) -> Response:
    """A short list that always fits one page, in the same shape."""
    return Response({"results": results, "next": None, "previous": None})
