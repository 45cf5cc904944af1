"""IM groups of an organization: a robot of the chat writes what happens (spec pages 2.4 and 4.6).

Which organizations may have one is a matter of their plan, which this app does not know: supportplans gives the rule
by `set_rule`. The rule raises a refusal; leaving the plan retires the groups (supportplans/im_groups.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common.problems import FieldErrors
from common.sealing import seal
from notifications.im.robots import HOSTS, masked
from notifications.models import Endpoint
from notifications.outbound import endpoints, guard, recording

KINDS = tuple(kind for kind in Endpoint.Kind.values if kind != Endpoint.Kind.WEBHOOK)
# Customers' plans come with a group in one of these only (spec page 2.1); partners choose freely.
CUSTOMER_KINDS = ("wecom", "welink")
_rule: Callable[[Organization], None] | None = None


def set_rule(rule: Callable[[Organization], None]) -> None:
    """Who refuses where the plan includes no IM group."""
    global _rule  # noqa: PLW0603
    _rule = rule


def kinds_for(organization: Organization) -> tuple[str, ...]:
    """The kinds of chat that an organization can choose from."""
    return CUSTOMER_KINDS if organization.kind == Organization.Kind.CUSTOMER else KINDS


def add_group(
    *, organization: Organization, kind: str, url: str, events: Sequence[str], name: str = "", by: Person
) -> Endpoint:
    """A new group. Raises FieldErrors; the plan's refusal; TooManyAddresses."""
    if kind not in KINDS:
        raise FieldErrors({"kind": [_("Choose one of %(kinds)s.") % {"kinds": ", ".join(kinds_for(organization))}]})
    if kind not in kinds_for(organization):
        raise FieldErrors({"kind": [_("Support plans of customers come with a group in WeCom or WeLink.")]})
    address = checked_robot(kind, url)
    chosen, name = endpoints.checked_events(events), endpoints.checked_name(name)
    _require(organization)
    return endpoints.add(
        organization=organization,
        kind=kind,
        url=address,
        shown_url=masked(address),
        events=chosen,
        name=name,
        by=by,
    )


def change_group(
    *,
    endpoint: Endpoint,
    by: Person,
    url: str | None = None,
    events: Sequence[str] | None = None,
    name: str | None = None,
    enabled: bool | None = None,
) -> Endpoint:
    """Another robot, other events, on or off; what is None stays. Raises FieldErrors and the plan's refusal."""
    fields: dict[str, Any] = {}
    if url is not None:
        address = checked_robot(endpoint.kind, url)
        fields = {"sealed_url": seal(address), "shown_url": masked(address)}
    if enabled and not endpoint.is_on:
        _require(endpoint.organization)
    return endpoints.change(endpoint=endpoint, fields=fields, events=events, name=name, enabled=enabled, by=by)


def retire(*, organization: Organization) -> int:
    """The plan does not include groups any more: all that are on are switched off; returns how many."""
    groups = Endpoint.objects.select_for_update().filter(organization=organization, off=Endpoint.Off.NOT)
    count = 0
    for group in groups.exclude(kind=Endpoint.Kind.WEBHOOK).order_by("pk"):
        group.off = Endpoint.Off.PLAN
        group.save(update_fields=["off"])
        recording.give_up_waiting(group)
        endpoints.record(group, "retired", None, after={"reason": "plan"})
        count += 1
    return count


def bring_back(*, organization: Organization) -> int:
    """The plan includes groups again: those that only the plan had switched off are on; returns how many."""
    groups = Endpoint.objects.select_for_update().filter(organization=organization, off=Endpoint.Off.PLAN)
    count = 0
    for group in groups.order_by("pk"):
        group.off, group.failing_since = Endpoint.Off.NOT, None
        group.save(update_fields=["off", "failing_since"])
        endpoints.record(group, "brought_back", None)
        count += 1
    return count


def checked_robot(kind: str, url: str) -> str:
    """The robot's address: public, and of the house that runs this kind of chat. Raises FieldErrors."""
    url = endpoints.checked_url(url)
    target = guard.target_of(url, allowed=settings.WEBHOOK_ALLOWED_HOSTS)
    hosts = HOSTS.get(kind)
    if hosts and target.host not in hosts and not target.is_allowed:
        raise FieldErrors({"url": [_("The robot's address begins with https://%(host)s/.") % {"host": hosts[0]}]})
    return url


def _require(organization: Organization) -> None:
    if _rule is not None:
        _rule(organization)
