"""API doors that know who may enter: organizations' paths and staff paths.

Order of checks (spec page 7): authentication, reach (404), role (403), fields (400), refusals (409).
"""

from __future__ import annotations

from typing import Any, ClassVar

from accounts.access import Reach, reach, staff_reach
from accounts.models import ApiToken, Organization, Person
from accounts.roles import Access
from common import tenancy
from common.api import PortalAPIView
from common.problems import NotFound, OrganizationDisabled

SAFE = ("GET", "HEAD", "OPTIONS")


class PersonAPIView(PortalAPIView):
    """A path of the signed-in person, whatever their organizations."""

    @property
    def person(self) -> Person:
        return self.request.user  # type: ignore[return-value]

    @property
    def token(self) -> ApiToken | None:
        """What was signed in with; None is a browser's session."""
        token: Any = self.request.auth  # the stubs know only DRF's own tokens
        return token


class OrganizationAPIView(PersonAPIView):
    """`orgs/{slug}/…`: `area` names the row of the roles' table; reading needs R, anything else W.

    `access` overrides that per method: {"POST": "R"}. Inside, `self.organization` and `self.reach` are set and only
    the organization's own rows exist (row-level security).
    """

    area: ClassVar[str]
    access: ClassVar[dict[str, Access]] = {}
    # A disabled organization reads and pays, nothing else (spec page 3.3); paying views say True.
    open_when_disabled: ClassVar[bool] = False
    reach: Reach

    @property
    def organization(self) -> Organization:
        return self.reach.organization

    def enter(self) -> None:
        limited_to = self.token.organization_id if self.token else None
        self.reach = reach(self.person, self.kwargs["slug"], only_organization_id=limited_to)
        method = self.request.method or "GET"
        self.reach.require(self.area, self.access.get(method, "R" if method in SAFE else "W"))
        tenancy.enter(str(self.organization.pk))

    def refuse_when_disabled(self) -> None:
        """Raises OrganizationDisabled; an action's own rule calls the same check where it has one."""
        if self.organization.is_disabled and not self.open_when_disabled:
            raise OrganizationDisabled


class StaffAPIView(PersonAPIView):
    """`desk/…` and `operator/…`: 404 for members of organizations, 403 for staff without the role."""

    area: ClassVar[str]
    access: ClassVar[dict[str, Access]] = {}

    def enter(self) -> None:
        if self.token and self.token.organization_id is not None:
            raise NotFound
        method = self.request.method or "GET"
        staff_reach(self.person, self.area, self.access.get(method, "R" if method in SAFE else "W"))
        if self.atomic:
            tenancy.enter(tenancy.EVERYTHING)
