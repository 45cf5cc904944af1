"""API of advisories for the staff: `desk/advisories…` (spec page 7). Thin doors over the actions.

Reading and writing follow the row "reports, advisories" of page 1; whom a change affects says the expert panel
(affected.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import SAFE, StaffAPIView
from care.advisories import access, affected, publishing, updates, writing
from care.advisories.api import KINDS, SEVERITIES
from care.advisories.audience import Audience, Preview
from care.advisories.bodies import (
    affected_body,
    desk_body,
    desk_text,
    preview_body,
    receipt_body,
    update_body,
)
from care.advisories.shapes import (
    AdvisoryChangeIn,
    AdvisoryIn,
    AffectedIn,
    AffectedShape,
    DeskAdvisoryShape,
    DeskAdvisoryTextShape,
    PreviewIn,
    PreviewShape,
    ReceiptShape,
    UpdateIn,
    UpdateShape,
)
from care.models import Advisory
from common import clock
from common.api import listed
from common.api_input import read, text_parameter
from common.api_schema import PAGES, list_of

LISTS = ("products", "regions")
BOTH = ("title", "body", "advice")


class DeskDoor(StaffAPIView):
    area = "reports"

    def advisory(self) -> Advisory:
        return access.any_advisory(self.kwargs["number"])

    def shown(self, advisory: Advisory, status: int = 200) -> Response:
        found = access.any_advisory(advisory.pk)
        document = desk_text(
            found,
            updates=list(access.updates_of(found)),
            acknowledged=access.acknowledged_count(found),
            counts=access.task_counts(found),
        )
        return Response(document, status=status)


class DeskAdvisoriesView(DeskDoor):
    @extend_schema(
        operation_id="desk_advisories_list",
        parameters=[OpenApiParameter("status", str, enum=Advisory.Status.values), KINDS, SEVERITIES, *PAGES],
        responses={200: list_of(DeskAdvisoryShape)},
    )
    def get(self, request: Request) -> Response:
        """Every advisory, newest first, drafts too."""
        rows = access.all_advisories(
            status=text_parameter(request, "status", tuple(Advisory.Status.values)),
            kind=text_parameter(request, "kind", tuple(Advisory.Kind.values)),
            severity=text_parameter(request, "severity", tuple(Advisory.Severity.values)),
        )
        return listed(self, rows, desk_body)

    @extend_schema(operation_id="desk_advisories_create", request=AdvisoryIn, responses={201: DeskAdvisoryTextShape})
    def post(self, request: Request) -> Response:
        """Write a draft. Planned security drills are no advisories: a paid security service does them."""
        draft = writing.Draft(**_given(read(AdvisoryIn, request)))
        return self.shown(writing.write(draft=draft, by=self.person, at=clock.now()), status=201)


class DeskAdvisoryView(DeskDoor):
    @extend_schema(operation_id="desk_advisories_retrieve", responses=DeskAdvisoryTextShape)
    def get(self, request: Request, number: str) -> Response:
        """One in whatever state; `progress` says how far its handing out is."""
        return self.shown(self.advisory())

    @extend_schema(operation_id="desk_advisories_change", request=AdvisoryChangeIn, responses=DeskAdvisoryTextShape)
    def patch(self, request: Request, number: str) -> Response:
        """Change a draft; what is not sent stays."""
        advisory, asked = self.advisory(), _given(read(AdvisoryChangeIn, request))
        draft = writing.as_draft(advisory, **asked)
        return self.shown(writing.edit(advisory=advisory, draft=draft, by=self.person, at=clock.now()))


class _Step(DeskDoor):
    rule: ClassVar[Callable[..., Advisory]]

    def act(self) -> Response:
        return self.shown(type(self).rule(advisory=self.advisory(), by=self.person, at=clock.now()))


class PublishView(_Step):
    rule = staticmethod(publishing.publish)

    @extend_schema(operation_id="desk_advisories_publish", request=None, responses=DeskAdvisoryTextShape)
    def post(self, request: Request, number: str) -> Response:
        """Say it to its audience; it is handed out in the background. Once more changes nothing."""
        return self.act()


class DiscardView(_Step):
    rule = staticmethod(writing.discard)

    @extend_schema(operation_id="desk_advisories_discard", request=None, responses=DeskAdvisoryTextShape)
    def post(self, request: Request, number: str) -> Response:
        """A draft will not be published."""
        return self.act()


class CloseView(_Step):
    rule = staticmethod(updates.close)

    @extend_schema(operation_id="desk_advisories_close", request=None, responses=DeskAdvisoryTextShape)
    def post(self, request: Request, number: str) -> Response:
        """It is over, without a further word. An update with the state `resolved` closes it, too."""
        return self.act()


class PreviewView(DeskDoor):
    @extend_schema(operation_id="desk_advisories_preview", responses=PreviewShape)
    def get(self, request: Request, number: str) -> Response:
        """Whom it reaches: counts by tier, the first 50 names, people, and how many tasks it opens."""
        advisory = self.advisory()
        return Response(preview_body(Audience.of(advisory, at=clock.now()).preview(advisory.kind)))


class AudiencePreviewView(DeskDoor):
    # It stores nothing: whoever reads advisories may ask.
    access = {"POST": "R"}

    @extend_schema(operation_id="desk_advisories_preview_audience", request=PreviewIn, responses=PreviewShape)
    def post(self, request: Request) -> Response:
        """Whom an advisory would reach that is not written yet."""
        return Response(preview_body(_preview(read(PreviewIn, request))))


class UpdatesView(DeskDoor):
    @extend_schema(operation_id="desk_advisories_updates_list", parameters=PAGES, responses={200: list_of(UpdateShape)})
    def get(self, request: Request, number: str) -> Response:
        """How it went on, newest first."""
        return listed(self, access.updates_of(self.advisory()), update_body)

    @extend_schema(operation_id="desk_advisories_updates_create", request=UpdateIn, responses={201: UpdateShape})
    def post(self, request: Request, number: str) -> Response:
        """Say how it goes on to everybody who has it; `resolved` closes it."""
        advisory, asked = self.advisory(), read(UpdateIn, request)
        made = updates.update(advisory=advisory, by=self.person, at=clock.now(), **asked)
        return Response(update_body(made), status=201)


class ReceiptsView(DeskDoor):
    @extend_schema(
        operation_id="desk_advisories_receipts",
        parameters=[OpenApiParameter("acknowledged", str, enum=["true", "false"]), *PAGES],
        responses={200: list_of(ReceiptShape)},
    )
    def get(self, request: Request, number: str) -> Response:
        """The organizations that have it, and who acknowledged it there."""
        asked = text_parameter(request, "acknowledged", ("true", "false"))
        rows = access.receipts_of(self.advisory(), acknowledged={"true": True, "false": False}.get(asked))
        return listed(self, rows, receipt_body)


class PanelDoor(DeskDoor):
    """Everybody who reads advisories sees whom a change affects; the expert panel says it."""

    access = {"POST": "R", "DELETE": "R"}

    def enter(self) -> None:
        super().enter()
        if self.request.method not in SAFE:
            affected.require_panel(self.person)


class AffectedView(PanelDoor):
    @extend_schema(
        operation_id="desk_advisories_affected_list", parameters=PAGES, responses={200: list_of(AffectedShape)}
    )
    def get(self, request: Request, number: str) -> Response:
        """The organizations that the change affects."""
        return listed(self, access.affected_by(self.advisory()), affected_body)

    @extend_schema(operation_id="desk_advisories_affected_create", request=AffectedIn, responses={201: AffectedShape})
    def post(self, request: Request, number: str) -> Response:
        """Mark an organization, or write its note anew."""
        advisory, asked = self.advisory(), {"note": ""} | read(AffectedIn, request)
        row = affected.mark(advisory=advisory, by=self.person, at=clock.now(), **asked)
        return Response(affected_body(row), status=201)


class AffectedOneView(PanelDoor):
    @extend_schema(operation_id="desk_advisories_affected_delete", responses={204: None})
    def delete(self, request: Request, number: str, slug: str) -> Response:
        """It was marked by mistake."""
        advisory, organization = self.advisory(), organization_named(slug)
        affected.unmark(advisory=advisory, organization=organization, by=self.person, at=clock.now())
        return Response(status=204)


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    """The fields of a draft: lists as tuples, a text that serves both languages in each that has none of its own."""
    both = {name: asked[name] for name in BOTH if name in asked}
    said = {f"{name}_{language}": text for name, text in both.items() for language in ("en", "zh")}
    rest = {name: value for name, value in asked.items() if name not in both}
    return said | rest | {name: tuple(asked[name]) for name in LISTS if name in asked}


def _preview(asked: dict[str, Any]) -> Preview:
    at = clock.now()
    products, regions = tuple(asked.get("products", ())), tuple(asked.get("regions", ()))
    writing.check_places(products, regions, at)
    wanted = writing.checked_criteria(asked.get("audience", {}), at)
    meant = Audience(wanted, products=products, regions=regions, affected=(), at=at)
    return meant.preview(asked.get("kind", ""))
