"""Who looks at the public comparison: a stranger, staff, or a person for one of their organizations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.access import Reach, organizations_of, reach
from accounts.models import Organization, Person
from common import tenancy
from common.beijing import date_of
from common.problems import NotFound
from supportplans import versions
from supportplans.catalogue import Catalogue
from supportplans.standing import Standing, standing


@dataclass(frozen=True)
class Reader:
    """`reach` and `standing` are None for strangers, staff and people without an organization.

    `catalogue` is what is sold today; `others` are further organizations to look at the plans for.
    """

    catalogue: Catalogue
    reach: Reach | None
    standing: Standing | None
    others: tuple[Organization, ...]
    is_stranger: bool = False

    @property
    def organization(self) -> Organization | None:
        return self.reach.organization if self.reach else None


def reader_of(person: Person | Any, slug: str, at: datetime) -> Reader:
    """The reader of the page: `slug` chooses among several organizations, the first is the default.

    Raises NotFound for an organization that is not the person's.
    """
    catalogue = versions.current(date_of(at))
    if not person.is_authenticated or person.staff_role():
        return Reader(catalogue, None, None, (), is_stranger=not person.is_authenticated)
    own = list(organizations_of(person).order_by("slug"))
    if not own:
        return Reader(catalogue, None, None, ())
    chosen = next((organization for organization in own if organization.slug == slug), None)
    if slug and chosen is None:
        raise NotFound
    reached = reach(person, (chosen or own[0]).slug)
    with tenancy.organization(reached.organization.pk):
        held = standing(reached.organization, at)
    others = tuple(organization for organization in own if organization != reached.organization)
    return Reader(catalogue, reached, held, others)
