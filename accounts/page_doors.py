"""Page doors: the same reach, roles and tenant scope as the API's doors, rendered as pages and htmx fragments.

A page view parses, calls one function of a rule module, renders. POSTs go through `submit`, which carries the
form's idempotency key, so that a double click does a thing once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import organization_at_hand
from accounts.access import Reach, Rights, reach, staff_reach
from accounts.models import Organization, Person
from accounts.roles import Access, allows, staff_role_key
from common import rate_limits, tenancy
from common.idempotency import answer_once, fingerprint
from common.problems import FieldErrors, Problem

SAFE = ("GET", "HEAD", "OPTIONS")
T = TypeVar("T")


class PersonPage(View):
    """A page of the signed-in person; strangers are sent to sign in. One transaction holds the request.

    `atomic = False`: the door alone is held by one; what the page does opens its own transactions and scope.
    """

    request: HttpRequest
    atomic: ClassVar[bool] = True

    @property
    def person(self) -> Person:
        return self.request.user  # type: ignore[return-value]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sent_to_sign_in(request)
        rate_limits.check(f"person:{request.user.pk}")
        with transaction.atomic():
            self.enter()
            if self.atomic:
                return super().dispatch(request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def enter(self) -> None:
        """Reach, role and tenant scope of the subclasses."""

    def render(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """The template as an answer; a page's POST that was refused is rendered with the problem's status."""
        return render(self.request, template, self.context() | (context or {}), status=status)

    def context(self) -> dict[str, Any]:
        """What every page of this door knows; `frame` is what a page for everybody extends."""
        return {"frame": "base_desk.html" if self.person.staff_role() else "base.html"}

    def submit(
        self,
        action: Callable[[], T],
        *,
        to: Callable[[T], str],
        again: Callable[[Problem], HttpResponseBase],
    ) -> HttpResponseBase:
        """Run `action` once per form key, then redirect to `to(result)`; a problem renders `again(problem)`.

        Everything that `action` wrote is undone when it raises a Problem; the form keeps what was typed.
        """

        def work() -> tuple[int, str]:
            return 303, to(action())

        key = self.request.POST.get("idempotency_key", "")
        try:
            check_texts(self.request.POST)
            if key:
                asked = fingerprint("form", self.request.path, self._typed())
                answer = answer_once(person_id=self.person.pk, key=key, asked=asked, work=work, is_form=True)
                return self.go(answer.body)
            with transaction.atomic():
                return self.go(work()[1])
        except Problem as problem:
            if problem.status not in (400, 409, 422):
                raise
            return again(problem)

    def go(self, url: str) -> HttpResponse:
        """Redirect; an htmx request is told to load the page."""
        if self.request.headers.get("HX-Request") and not self.request.headers.get("HX-Boosted"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = url
            return response
        return HttpResponseRedirect(url, status=303)

    def _typed(self) -> dict[str, Any]:
        return {
            name: values
            for name, values in self.request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "idempotency_key")
        } | {name: [file.name for file in files] for name, files in self.request.FILES.lists()}


class OrganizationPage(PersonPage):
    """`/o/<slug>/…`: `area` names the row of the roles' table; reading needs R, anything else W."""

    area: ClassVar[str]
    access: ClassVar[dict[str, Access]] = {}
    reach: Reach

    @property
    def organization(self) -> Organization:
        return self.reach.organization

    def enter(self) -> None:
        self.reach = reach(self.person, self.kwargs["slug"])
        method = self.request.method or "GET"
        self.reach.require(self.area, self.access.get(method, "R" if method in SAFE else "W"))
        if not self.reach.is_staff:
            organization_at_hand.remember(self.request, self.organization)
        tenancy.enter(str(self.organization.pk))

    def context(self) -> dict[str, Any]:
        return {"organization": self.organization, "reach": self.reach, "may": Rights(self.reach)}


class StaffPage(PersonPage):
    """`/desk/…`: not found for members of organizations, denied for staff without the role."""

    area: ClassVar[str]
    access: ClassVar[dict[str, Access]] = {}

    def enter(self) -> None:
        method = self.request.method or "GET"
        staff_reach(self.person, self.area, self.access.get(method, "R" if method in SAFE else "W"))
        tenancy.enter(tenancy.EVERYTHING)

    @property
    def can_write(self) -> bool:
        """Whether this person may change what the page shows."""
        return allows(staff_role_key(self.person.staff_role()), self.area, "W")


def sent_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here; a page that is open and asks for a part of itself goes there as a whole.

    Such a request answers 401, so that the page keeps what was typed in it as a draft.
    """
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    response = HttpResponse(status=401)
    response["HX-Redirect"] = redirect_to_login(urlunsplit(("", "", page.path or "/", page.query, ""))).url
    return response


def check_texts(posted: QueryDict) -> None:
    """Raises FieldErrors for characters that the database cannot hold, as the API's parser does."""
    wrong = [name for name, texts in posted.lists() if "\x00" in name or any("\x00" in text for text in texts)]
    if wrong:
        raise FieldErrors({name: [_("Remove the characters that are not text.")] for name in wrong})


def errors_of(problem: Problem) -> dict[str, list[str]]:
    """Field errors of a problem for a form's fields; {} for a refusal."""
    return problem.errors if isinstance(problem, FieldErrors) else {}


def with_errors(form: Any, problem: Problem) -> Any:
    """The form with the rule's field errors beside its fields; what was typed stays."""
    for name, sentences in errors_of(problem).items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    return form
