"""The demo's training: every page of it shows something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addons.models import TrainingNeeds, TrainingPlace, TrainingPlan, Video
from addons.training import access
from billing.actions.base import Wish
from common import clock, tenancy
from common.beijing import Month
from portal.demo import cast, plans, training
from tests.addons.conftest import catalogue  # noqa: F401


@pytest.mark.django_db
def test_the_demo_has_held_full_and_coming_sessions(catalogue):
    now = clock.now()
    players = cast.gather(now - timedelta(days=210))
    for slug, tier, at in (
        ("summit", "premium", now - timedelta(days=75)),
        ("pine", "standard", Month.of_instant(now).starts_at),
    ):
        plans.buy(
            organization=players.organizations[slug],
            by=players.owner(slug),
            wish=Wish("subscribe", tier=tier, cycle="yearly"),
            at=at,
        )
    assert training.load(players, now=now) == 5
    with tenancy.everything():
        assert access.rated_sessions().count() == 2
        assert TrainingPlace.objects.filter(state="waiting").count() == 2
        assert (TrainingNeeds.objects.count(), TrainingPlan.objects.count()) == (2, 1)
        assert Video.objects.filter(course="architecture").count() == 10
