"""Two at once: one plan, one publication, each closed term once."""

from datetime import date

import pytest
from django.db import IntegrityError

from common import tenancy
from common.beijing import midnight
from common.models import OutboxEvent
from supportplans import subscriptions, versions
from supportplans.eligibility import AlreadySubscribed
from supportplans.models import CatalogueVersion, Term
from supportplans.publishing import load_files
from tests.concurrency.test_quota_races import at_once
from tests.supportplans.conftest import START


@pytest.fixture
def ready(transactional_db, people):
    load_files()
    yield people
    versions.forget()


def begin(organization, number: int):
    with tenancy.organization(organization.pk):
        return subscriptions.start_subscription(
            organization=organization,
            tier="business",
            cycle="monthly",
            at=START,
            order_number=f"O-{number}",
            by=None,
        )


def outcomes(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_of_eight_purchases_at_once_one_begins_a_plan(ready):
    results = at_once(lambda number: begin(ready.acme, number), 8)
    assert outcomes(results) == [AlreadySubscribed.__name__] * 7 + [Term.__name__]
    with tenancy.everything():
        assert Term.objects.count() == 1
        assert OutboxEvent.objects.filter(topic="subscription.changed").count() == 1


def test_without_the_lock_the_database_itself_refuses_a_second_plan(ready, monkeypatch):
    """The negative control: they meet at the table's constraint instead of hearing the refusal."""
    begin(ready.orbit, 0)
    monkeypatch.setattr(subscriptions, "hold_plan", lambda organization: organization)
    monkeypatch.setattr(subscriptions, "check_subscribe", lambda **facts: None)
    results = at_once(lambda number: begin(ready.acme, number), 8)
    assert outcomes(results) == [IntegrityError.__name__] * 7 + [Term.__name__]
    with tenancy.everything():
        assert Term.objects.filter(organization=ready.acme).count() == 1


def test_two_jobs_at_once_close_each_term_once(ready):
    for organization in (ready.acme, ready.orbit):
        begin(organization, organization.pk)
    end = midnight(date(2026, 4, 1))
    results = at_once(lambda number: subscriptions.lapse_ended_terms(at=end), 4)
    assert sum(result["closed"] for result in results) == 2
    with tenancy.everything():
        assert OutboxEvent.objects.filter(payload__change="lapsed").count() == 2


def test_processes_that_start_together_publish_the_catalogue_once(transactional_db):
    results = at_once(lambda number: load_files(), 4)
    assert sorted(result["2022-01-06"] for result in results) == [False, False, False, True]
    assert CatalogueVersion.objects.count() == 1
    versions.forget()
