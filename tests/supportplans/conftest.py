from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import Organization
from common import clock, tenancy
from common.beijing import midnight
from supportplans import versions
from supportplans.models import Term
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription

# 2026-03-01 10:00 in Beijing.
START = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def catalogue(db):
    """The catalogue of the project is published; what a test publishes besides is forgotten with it."""
    load_files()
    yield versions.current(datetime(2026, 3, 1, tzinfo=UTC).date())
    versions.forget()


def queue_business(running: Term) -> Term:
    """A year of business that was bought to follow the running term."""
    with tenancy.organization(running.organization_id):
        return Term.objects.create(
            organization_id=running.organization_id,
            family="customer",
            tier="business",
            cycle="yearly",
            starts_on=running.ends_on,
            ends_on=running.ends_on.replace(year=running.ends_on.year + 1),
            began_at=midnight(running.ends_on),
            catalogue_version=running.catalogue_version,
            price=running.price,
        )


@pytest.fixture
def subscribe(catalogue) -> Callable[..., Term]:
    """`subscribe(organization, "business", "yearly", at=…)`: begin a paid plan, as a fulfilled order does."""

    def begin(organization: Organization, tier: str, cycle: str = "monthly", at: datetime = START, **more) -> Term:
        with tenancy.organization(organization.pk), clock.at(at):
            return start_subscription(
                organization=organization,
                tier=tier,
                cycle=cycle,
                at=at,
                order_number=more.pop("order_number", "O-2026-000001"),
                by=more.pop("by", None),
                **more,
            )

    return begin
