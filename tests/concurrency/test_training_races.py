"""People want the last seats of a session at once: as many as there are get one, the others wait (page 5.4)."""

from __future__ import annotations

from collections import Counter

import pytest

from addons.models import TrainingPlace
from addons.training import places
from addons.training.refusals import AlreadyRegistered
from tests.addons.conftest import NOON, catalogue, on_tier  # noqa: F401
from tests.addons.test_training import as_own, register, session, states
from tests.concurrency.test_quota_races import at_once

PEOPLE = 20


@pytest.fixture
def pine(transactional_db, people, on_tier):
    return on_tier(people.pine, "standard")


def test_two_seats_go_to_two_of_20_and_move_up_once(pine, people):
    course = session(people.tam, seats=2)
    results = at_once(lambda number: register(pine, course, people.partner_member, f"p{number}@pine.example"), PEOPLE)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert Counter(state for _email, state in states(course)) == {"registered": 2, "waiting": 18}
    seated = [each for each in results if isinstance(each, TrainingPlace) and each.state == "registered"]
    at_once(lambda number: as_own(pine, places.cancel_place, place=seated[number], by=people.partner_member), 2)
    assert Counter(state for _email, state in states(course)) == {"cancelled": 2, "registered": 2, "waiting": 16}
    assert [email for email, state in states(course) if state == "registered"] == [
        email for email, state in states(course) if state != "cancelled"
    ][:2]


def test_one_person_gets_one_place_of_many_at_once(pine, people):
    course = session(people.tam, seats=2)
    results = at_once(lambda _number: register(pine, course, people.partner_member), 8)
    refused = [each for each in results if isinstance(each, AlreadyRegistered)]
    assert (len(refused), states(course)) == (7, [("ann@pine.example", "registered")])
