"""API doors: the public catalogue, an organization's subscription, the operators' catalogue versions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import OrganizationAPIView, StaffAPIView
from common import clock
from common.api import PortalAPIView, listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from supportplans import access, overrides, presentation, publishing, versions
from supportplans.serializers import CatalogueOut, OverrideIn, OverrideOut, SubscriptionOut, SubscriptionPatch
from supportplans.standing import Standing, standing
from supportplans.subscriptions import set_auto_renew

# A version is a free-form document to OpenAPI: the file in supportplans/catalogues/ shows every key.
VERSION: dict[str, Any] = {"type": "object", "additionalProperties": True}
VERSION_LIST: dict[str, Any] = {
    "type": "object",
    "required": ["results", "next", "previous"],
    "properties": {
        "results": {"type": "array", "items": VERSION},
        "next": {"type": ["string", "null"]},
        "previous": {"type": ["string", "null"]},
    },
}


class CatalogueView(PortalAPIView):
    public = True

    @extend_schema(responses=CatalogueOut, auth=[])
    def get(self, request: Request) -> Response:
        """The catalogue that applies today."""
        catalogue = versions.current(clock.today())
        return Response(presentation.catalogue_document(catalogue, get_language() or "en"))


class SubscriptionView(OrganizationAPIView):
    area = "plan"

    @extend_schema(responses=SubscriptionOut)
    def get(self, request: Request, slug: str) -> Response:
        """What the organization holds now, and what follows."""
        return self._shown(standing(self.organization, clock.now()))

    @extend_schema(request=SubscriptionPatch, responses=SubscriptionOut)
    def patch(self, request: Request, slug: str) -> Response:
        """Say whether the plan renews by itself."""
        asked = read(SubscriptionPatch, request)
        at = clock.now()
        if "auto_renew" not in asked:
            return self._shown(standing(self.organization, at))
        on = asked["auto_renew"]
        return self._shown(set_auto_renew(organization=self.organization, on=on, at=at, by=self.person))

    def _shown(self, held: Standing) -> Response:
        queued = access.queued_term(self.organization, clock.now())
        return Response(presentation.subscription_document(held, queued))


class OverridesView(StaffAPIView):
    area = "overrides"

    @extend_schema(responses={200: list_of(OverrideOut)}, parameters=PAGES)
    def get(self, request: Request, slug: str) -> Response:
        """What staff allowed an organization, newest first."""
        return listed(self, overrides.overrides_of(organization_named(slug)), presentation.override_document)

    @extend_schema(request=OverrideIn, responses={201: OverrideOut})
    def post(self, request: Request, slug: str) -> Response:
        """Allow one tier change within seven days in spite of `too_frequent_changes`."""
        organization = organization_named(slug)
        reason = read(OverrideIn, request)["reason"]
        granted = overrides.allow_one_change(organization=organization, reason=reason, at=clock.now(), by=self.person)
        return Response(presentation.override_document(granted), status=201)


class OperatorCatalogueView(StaffAPIView):
    area = "catalogue"

    @extend_schema(responses={(200, "application/json"): VERSION_LIST}, parameters=PAGES)
    def get(self, request: Request) -> Response:
        """All published versions, the newest first, each as in its file, with `published_at`."""
        return listed(self, access.published_versions(), presentation.version_document)

    @extend_schema(request={"application/json": VERSION}, responses={(201, "application/json"): VERSION})
    def post(self, request: Request) -> Response:
        """Publish a new version, as in the file. A published version never changes: 409 `version_exists`."""
        # What GET adds to a version is no part of it, so that a copy can be changed and sent.
        document = {key: value for key, value in dict(request.data).items() if key != "published_at"}
        row = publishing.publish(document=document, by=self.person)
        return Response(presentation.version_document(row), status=201)
