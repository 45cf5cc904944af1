"""What is put on record, and told to others, when an organization's plan changes."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Organization, Person
from common import audit, live, outbox
from supportplans.models import Term
from supportplans.standing import Standing


def facts(held: Standing) -> dict[str, object]:
    """What the audit trail says about a plan."""
    term = held.term
    return {
        "tier": held.tier.code,
        "cycle": term.cycle if term else None,
        "starts_on": term.starts_on if term else None,
        "ends_on": term.ends_on if term else None,
        "order": term.order_number if term else None,
    }


def record(
    organization: Organization,
    action: str,
    by: Person | None,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    """One line of the audit trail."""
    audit.record(
        by=by, organization_id=organization.pk, action=action, object=organization.slug, before=before, after=after
    )


def announce(organization: Organization, change: str, term: Term, at: datetime, *, key: str = "") -> None:
    """Tell other apps, webhooks and open pages; once per key, however often it is tried.

    `change`: started, changed, left, renewed, lapsed, queued, next (what follows is another). Without a `key` it is
    once per term and change.
    """
    outbox.emit(
        "subscription.changed",
        organization_id=organization.pk,
        key=key or f"term-{term.pk}-{change}",
        payload={
            "change": change,
            "family": term.family,
            "tier": term.tier,
            "cycle": term.cycle,
            "starts_on": term.starts_on.isoformat(),
            "ends_on": term.ends_on.isoformat(),
            "at": at.isoformat(),
        },
    )
    tell_open_pages(organization)


def announce_auto_renew(organization: Organization, *, on: bool) -> None:
    """Tell other apps and open pages whether the plan renews by itself."""
    outbox.emit("subscription.auto_renew", organization_id=organization.pk, payload={"on": on})
    tell_open_pages(organization)


def tell_open_pages(organization: Organization) -> None:
    """Pages that show the plan ask again."""
    live.publish(f"org:{organization.pk}", "plan-changed")
