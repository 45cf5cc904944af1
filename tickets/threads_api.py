"""API of what regroups tickets and explains their timers (spec page 7): thin doors over the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from common import clock
from common.api import api_time
from common.api_input import read_given
from supportplans import versions
from tickets import links, merging, reclassifying, regrading, splitting
from tickets.api import TicketDoor
from tickets.api_documents import history_row, ticket_detail
from tickets.desk_api import DeskTicketDoor
from tickets.explaining import Explained, explain
from tickets.models import Ticket
from tickets.serializers import DeskTicketShape, TicketDetailShape
from tickets.thread_shapes import ExplanationShape, LinkIn, MergeIn, ReclassifyIn, RegradeIn, SplitIn


class _ThreadAction(DeskTicketDoor):
    """A POST with the fields of `shape`, given to `rule`; answers with the ticket as it now is."""

    shape: ClassVar[type[Serializer]]
    rule: ClassVar[Callable[..., Ticket]]

    def act(self, request: Request) -> Response:
        ticket, asked = self.ticket(), read_given(self.shape, request)
        type(self).rule(ticket=ticket, by=self.person, at=clock.now(), **asked)
        return self.shown()


class RegradeView(_ThreadAction):
    area = "regrade"
    shape = RegradeIn
    rule = staticmethod(regrading.regrade)

    @extend_schema(operation_id="desk_tickets_regrade", request=RegradeIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Give it another severity; the reason `misjudged` leaves the timer out of compliance figures."""
        return self.act(request)


class ReclassifyView(_ThreadAction):
    area = "regrade"
    shape = ReclassifyIn
    rule = staticmethod(reclassifying.reclassify)

    @extend_schema(operation_id="desk_tickets_reclassify", request=ReclassifyIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Make it technical or business; the month's quota follows."""
        return self.act(request)


class MergeView(_ThreadAction):
    shape = MergeIn
    rule = staticmethod(merging.merge)

    @extend_schema(operation_id="desk_tickets_merge", request=MergeIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Merge it into another ticket of its organization: the earlier due time goes along."""
        return self.act(request)


class SplitView(_ThreadAction):
    shape = SplitIn
    rule = staticmethod(splitting.split)

    @extend_schema(operation_id="desk_tickets_split", request=SplitIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Move messages into a ticket of their own; `links` names it as a child."""
        return self.act(request)


class LinkView(_ThreadAction):
    shape = LinkIn
    rule = staticmethod(links.link)

    @extend_schema(operation_id="desk_tickets_link", request=LinkIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Say that `to` is its parent, child, duplicate or relative."""
        return self.act(request)


class RequestRegradeView(TicketDoor):
    @extend_schema(operation_id="tickets_request_regrade", request=RegradeIn, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Ask the desk for another severity."""
        ticket, at = self.ticket(), clock.now()
        asked = read_given(RegradeIn, request)
        regrading.request_regrade(ticket=ticket, organization=self.organization, by=self.person, at=at, **asked)
        return Response(ticket_detail(self.ticket(), at=at))


class ExplainView(TicketDoor):
    @extend_schema(operation_id="tickets_timers_explain", responses=ExplanationShape)
    def get(self, request: Request, slug: str, number: str) -> Response:
        """Why each answer was due when it was: every step of every timer."""
        return Response(explanation(self.ticket(), clock.now()))


class DeskExplainView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_timers_explain", responses=ExplanationShape)
    def get(self, request: Request, number: str) -> Response:
        """The same as its organization reads."""
        return Response(explanation(self.ticket(), clock.now()))


def explanation(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """The timers with their steps, oldest first; one page."""
    told = explain(ticket, at, versions.current(clock.today()))
    return {"results": [_timer_document(one) for one in told], "next": None, "previous": None}


def _timer_document(one: Explained) -> dict[str, Any]:
    facts = one.facts
    answered_by = one.timer.answered_by
    return {
        "kind": facts.kind,
        "tier": facts.tier,
        "severity": facts.severity,
        "started_at": api_time(facts.started_at),
        "target_minutes": facts.target_minutes,
        "target_working_days": facts.target_working_days,
        "due_at": api_time(facts.due_at),
        "answered_at": api_time(facts.answered_at),
        "answered_by": answered_by.display_name() if answered_by else None,
        "breached_at": api_time(facts.breached_at or (facts.due_at if one.state == "breached" else None)),
        "state": one.state,
        "excluded": facts.excluded,
        "skipped_days": [day.isoformat() for day in one.skipped_days],
        "steps": [history_row(step.event) | {"text": step.text} for step in one.steps],
    }
