"""The page of a person's saved views, `/desk/views`: names, order, deleting with a way back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, ClassVar

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import errors_of
from accounts.roles import Access
from common import clock
from common.problems import FieldErrors, Problem
from supportplans import versions
from tickets.desk import saved_filters
from tickets.models import SavedView
from tickets.views import queue_chips
from tickets.views.desk_queue import DeskPage
from tickets.views.queue_asked import VIEWS, Asked

_SALT = "tickets.saved_views"
UP, DOWN = "up", "down"


class SavedViewsPage(DeskPage):
    """GET lists them; POST saves the view and filters that it carries under a name."""

    access: ClassVar[dict[str, Access]] = {"POST": "R"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.listed()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        posted = request.POST
        filters = {name: posted[name] for name in saved_filters.NAMES if posted.get(name)}
        return self.submit(
            lambda: saved_filters.save_view(
                person=self.person, name=posted.get("name", ""), view=posted.get("view", ""), filters=filters
            ),
            to=lambda saved: Asked.kept_in(saved).address(),
            again=self.listed,
        )

    def listed(self, problem: Problem | None = None) -> HttpResponse:
        """The page, with what was refused."""
        catalogue = versions.current(clock.today())
        context = {
            "lines": [
                {
                    "saved": one,
                    "url": Asked.kept_in(one).address(),
                    "view": VIEWS[one.view],
                    "filters": [
                        (queue_chips.NAMES[name], queue_chips.words(name, value, catalogue))
                        for name, value in asdict(saved_filters.filters_of(one)).items()
                        if value
                    ],
                }
                for one in saved_filters.views_of(self.person)
            ],
            "longest_name": saved_filters.LONGEST_NAME,
            "problem": problem,
            "errors": errors_of(problem) if problem else {},
            "deleted": _unsigned(self.request.GET.get("deleted", "")),
            "undo": self.request.GET.get("deleted", ""),
        }
        return self.render("tickets/desk/saved_views.html", context, status=problem.status if problem else 200)


class ChangeSavedView(SavedViewsPage):
    """Another name or another place for one of them."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:  # type: ignore[override]
        saved = saved_filters.view_of(self.person, number)
        move = {UP: -1, DOWN: 1}.get(request.POST.get("move", ""))

        def change() -> Any:
            if move:
                return saved_filters.move_view(saved=saved, by=move)
            return saved_filters.change_view(saved=saved, name=request.POST.get("name", ""))

        return self.submit(change, to=lambda _done: reverse("tickets:saved_views"), again=self.listed)


class DeleteSavedView(SavedViewsPage):
    """Delete one; the page that follows offers to bring it back."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:  # type: ignore[override]
        saved = saved_filters.view_of(self.person, number)
        kept = _signed(saved)
        return self.submit(
            lambda: saved_filters.delete_view(saved=saved),
            to=lambda _done: f"{reverse('tickets:saved_views')}?deleted={kept}",
            again=self.listed,
        )


class RestoreSavedView(SavedViewsPage):
    """Bring back the one that was deleted."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        kept = _unsigned(request.POST.get("deleted", ""))
        if kept is None:
            return self.listed(FieldErrors({"deleted": [_("This view cannot be brought back any more.")]}))
        return self.submit(
            lambda: saved_filters.restore_view(person=self.person, **kept),
            to=lambda _done: reverse("tickets:saved_views"),
            again=self.listed,
        )


def _signed(saved: SavedView) -> str:
    kept = {"name": saved.name, "view": saved.view, "filters": saved.filters, "position": saved.position}
    return signing.dumps(kept, salt=_SALT, compress=True)


def _unsigned(text: str) -> dict[str, Any] | None:
    try:
        return signing.loads(text, salt=_SALT) if text else None
    except (signing.BadSignature, json.JSONDecodeError):
        return None
