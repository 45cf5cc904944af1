"""What a customer says beside the conversation: how content they are, and that they want to be called."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.page_doors import errors_of
from common import clock
from common.problems import Problem
from tickets import satisfaction
from tickets.desk import callbacks
from tickets.views.customer import TicketDoor
from tickets.views.surroundings import AsideDoor


class Rate(TicketDoor):
    """Takes the rating; fields to mend are named in the form, a refusal stands on top of the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        ticket, posted = self.reading().ticket, request.POST
        score = posted.get("score", "")
        return self.submit(
            lambda: satisfaction.rate(
                ticket=ticket,
                organization=self.organization,
                score=int(score) if score.isascii() and score.isdigit() and len(score) < 3 else None,
                comment=posted.get("comment", ""),
                by=self.person,
                at=clock.now(),
            ),
            to=lambda _ticket: f"{self.address()}#rating",
            again=self._refused,
        )

    def _refused(self, problem: Problem) -> HttpResponseBase:
        errors = errors_of(problem)
        more = {"rating_errors": errors, "rating_typed": self.request.POST} if errors else {"refusal": problem}
        return self.page(self.reading(), status=problem.status, **more)


class AskForCall(AsideDoor):
    """Asks to be called back, or changes the number and the time."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        posted = request.POST
        return self.change(
            lambda ticket: callbacks.ask_to_be_called(
                ticket=ticket,
                organization=self.organization,
                phone=posted.get("phone", ""),
                when=posted.get("when", ""),
                by=self.person,
                at=clock.now(),
            )
        )


class CallWithdrawn(AsideDoor):
    """No call is needed any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        return self.change(
            lambda ticket: callbacks.withdraw_request(
                ticket=ticket, organization=self.organization, by=self.person, at=clock.now()
            )
        )
