"""What this app does when it hears of an outbox event."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import people_with_role
from accounts.models import Organization
from common import clock, outbox
from common.models import OutboxEvent
from notifications.notices import notify
from supportplans import im_groups, provisioning_notices, versions
from supportplans.catalogue import UnknownCode


@outbox.handles("subscription.changed")
def tell_of_a_lapsed_plan(event: OutboxEvent) -> None:
    """Owner and billing hear that a plan ended without a renewal; whoever changes or leaves one knows."""
    if event.payload["change"] != "lapsed":
        return
    assert event.organization_id is not None
    organization = Organization.objects.get(pk=event.organization_id)
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind="subscription.lapsed",
        params={"organization": organization.name, "tier": _name(event.payload["family"], event.payload["tier"])},
        url=reverse("supportplans:plan", args=[organization.slug]),
        key=f"subscription.lapsed:{organization.pk}:{event.payload['ends_on']}",
        organization=organization,
    )


@outbox.handles("subscription.changed")
def align_im_groups(event: OutboxEvent) -> None:
    """The robots of IM groups write as long as the plan includes them."""
    assert event.organization_id is not None
    im_groups.align(Organization.objects.get(pk=event.organization_id))


@outbox.handles("subscription.changed")
def tell_of_provisioning(event: OutboxEvent) -> None:
    """The desk hears what is to be set up, or taken down, once for each task."""
    assert event.organization_id is not None
    provisioning_notices.tell_of_tasks(Organization.objects.get(pk=event.organization_id))


def _name(family: str, tier: str) -> dict[str, str]:
    """In both languages; a tier that is not sold any more by its code."""
    try:
        name = versions.current(clock.today()).family(family).tier(tier).name
    except UnknownCode:
        return {"en": tier, "zh": tier}
    return {"en": name.en, "zh": name.zh}
