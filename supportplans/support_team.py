"""An organization's support team: who and what its plan brings, how far it is set up, what other plans would add.

All of it is read from the catalogue: which entitlements are set up by the staff, which tiers have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organization, Person
from supportplans import access
from supportplans.catalogue import Catalogue, Family, Tier
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements, entitlements
from supportplans.models import ProvisioningTask
from supportplans.provisioning_facts import GROUP_KINDS, LINE_KINDS, PERSON_KINDS


@dataclass(frozen=True)
class Part:
    """A line, a group or a manager that the plan includes; `task` None: nobody has opened its setting up yet."""

    code: str
    name: Text
    task: ProvisioningTask | None

    @property
    def is_there(self) -> bool:
        return self.task is not None and self.task.state == ProvisioningTask.State.DONE

    @property
    def is_line(self) -> bool:
        return self.code in LINE_KINDS

    @property
    def is_group(self) -> bool:
        return self.code in GROUP_KINDS

    @property
    def is_people(self) -> bool:
        return self.code in PERSON_KINDS

    @property
    def manager(self) -> Person | None:
        return self.task.person if self.task and self.is_there else None

    @property
    def deputy(self) -> Person | None:
        return self.task.deputy if self.task and self.is_there else None


@dataclass(frozen=True)
class More:
    """Something that the plan does not include; `tier` is the first higher one that does."""

    code: str
    name: Text
    tier: Tier


@dataclass(frozen=True)
class Team:
    """Everything on the page. `channels`: the names of the roads to the support of this plan."""

    held: Entitlements
    channels: tuple[Text, ...]
    parts: tuple[Part, ...]
    more: tuple[More, ...]


def team(organization: Organization, at: datetime) -> Team:
    """The support team of `organization` at `at`; two statements, inside its tenant scope."""
    held = entitlements(organization, at)
    tasks = {task.kind: task for task in access.live_provisioning(organization)}
    catalogue = held.catalogue
    parts = tuple(
        Part(code, catalogue.name_of("entitlements", code), tasks.get(code)) for code in held.tier.provisioning
    )
    buys = held.standing.in_force
    family = buys.family(held.family.code)
    may_buy = family.may_subscribe(organization.partner_type)
    return Team(
        held=held,
        channels=_channels(catalogue, held.tier),
        parts=parts,
        more=_more(buys, family, held.tier) if may_buy else (),
    )


def _channels(catalogue: Catalogue, tier: Tier) -> tuple[Text, ...]:
    codes = dict.fromkeys((*tier.channels.technical, *tier.channels.business))
    return tuple(catalogue.name_of("channels", code) for code in codes)


def _more(catalogue: Catalogue, family: Family, held: Tier) -> tuple[More, ...]:
    """What a higher tier that is sold now adds, each with the lowest tier that has it."""
    first: dict[str, Tier] = {}
    for tier in sorted(family.tiers, key=lambda each: each.rank):
        if tier.rank > held.rank:
            for code in tier.provisioning:
                first.setdefault(code, tier)
    return tuple(
        More(code, catalogue.name_of("entitlements", code), tier)
        for code, tier in first.items()
        if code not in held.provisioning
    )
