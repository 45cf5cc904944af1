"""Pages of work on many tickets: what to do with the chosen ones, how far it is, what was refused."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.page_doors import errors_of
from accounts.roles import Access
from common import clock
from common.problems import Problem
from supportplans import versions
from tickets import desk_reading, queue, regrading
from tickets.desk import bulk_actions, canned_replies
from tickets.models import BulkAction
from tickets.views.desk_queue import DeskPage
from tickets.views.queue_asked import Asked

NAMED = 12


class NewBulkAction(DeskPage):
    """`/desk/bulk/new`: the tickets of `n`, or with `all` those that a view with filters holds; what to do, and how."""

    access: ClassVar[dict[str, Access]] = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.form(request.GET.get("action", ""))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.submit(
            self._begin,
            to=lambda row: reverse("tickets:bulk", args=[row.pk]),
            again=lambda problem: self.form(request.POST.get("action", ""), problem),
        )

    def _begin(self) -> BulkAction:
        posted = self.request.POST
        canned = posted.get("canned_reply", "")
        params: dict[str, Any] = {
            "to": posted.get("to", ""),
            "add": words_of(posted.get("add", "")),
            "remove": words_of(posted.get("remove", "")),
            "body": posted.get("body", ""),
            "canned_reply": int(canned) if canned.isascii() and canned.isdigit() else 0,
            "then": posted.get("then", ""),
            "severity": posted.get("severity", ""),
            "reason": posted.get("reason", ""),
            "into": posted.get("into", ""),
        }
        return bulk_actions.begin(
            action=posted.get("action", ""), params=params, numbers=posted.getlist("n"), by=self.person, at=clock.now()
        )

    def form(self, action: str, problem: Problem | None = None) -> HttpResponse:
        """The page; with a refusal what was typed is kept."""
        numbers = self._numbers()
        catalogue = versions.current(clock.today())
        context = {
            "numbers": numbers,
            "tickets": desk_reading.subjects_of(numbers[:NAMED]),
            "others": max(0, len(numbers) - NAMED),
            "most": bulk_actions.MOST_TICKETS,
            "is_cut": len(numbers) == bulk_actions.MOST_TICKETS,
            "actions": bulk_actions.ACTIONS,
            "chosen": action if action in bulk_actions.ACTIONS else "",
            "colleagues": desk_reading.colleagues(),
            "canned": canned_replies.seen_by(self.person)[:200],
            "severities": catalogue.severities,
            "reasons": regrading.REASONS,
            "typed": self.request.POST,
            "problem": problem,
            "errors": errors_of(problem) if problem else {},
            "back_url": Asked.of(self.request.GET).address(),
        }
        return self.render("tickets/desk/bulk_new.html", context, status=problem.status if problem else 200)

    def _numbers(self) -> list[str]:
        if self.request.method == "POST":
            return self.request.POST.getlist("n")[: bulk_actions.MOST_TICKETS]
        if not self.request.GET.get("all"):
            return list(dict.fromkeys(self.request.GET.getlist("n")))[: bulk_actions.MOST_TICKETS]
        asked = Asked.of(self.request.GET)
        return queue.numbers(
            view=asked.view,
            person=self.person,
            at=clock.now(),
            filters=asked.filters,
            limit=bulk_actions.MOST_TICKETS,
        )


def words_of(text: str) -> list[str]:
    """Tags as they are typed: with commas or spaces between them."""
    return text.replace(",", " ").replace("，", " ").split()


class BulkActionPage(DeskPage):
    """`/desk/bulk/<number>`: how far it is, and at the end what was refused and why."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.render("tickets/desk/bulk.html", self.reading(number))

    def reading(self, number: int) -> dict[str, Any]:
        """What the page and its live part show."""
        row = bulk_actions.one(number)
        total = len(row.numbers)
        return {
            "bulk": row,
            "action": bulk_actions.ACTIONS[row.action],
            "total": total,
            "done": row.position - len(row.refused),
            "share": row.position * 100 // total if total else 100,
            "is_stopped": row.finished_at is not None and row.position < total,
        }


class BulkProgress(BulkActionPage):
    """The live part alone; asked for again until it has finished."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.render("tickets/desk/_bulk_progress.html", self.reading(number))


class StopBulkAction(BulkActionPage):
    """Do no more tickets."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        row = bulk_actions.one(number)
        return self.submit(
            lambda: bulk_actions.stop(bulk=row, at=clock.now()),
            to=lambda done: reverse("tickets:bulk", args=[done.pk]),
            again=lambda problem: self.render("tickets/desk/bulk.html", self.reading(number), status=problem.status),
        )
