"""The quota page: a gauge for each quota, and the movements of the one that was chosen."""

from __future__ import annotations

import pytest

from common import clock
from tests.addons.conftest import LATER, book, hold
from tests.cast import browser_of


@pytest.fixture
def quotas(catalogue, people):
    hold(people.orbit, "enterprise")
    browser = browser_of(people.outsider)

    def read(query: str = "", **headers) -> str:
        with clock.at(LATER):
            answer = browser.get(f"/o/orbit/quotas{query}", headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_every_quota_of_the_plan_has_its_gauge(quotas):
    shown = quotas()
    for name in ("Technical tickets", "Escort service (basic)", "Availability check"):
        assert name in shown
    assert "Natural days: 3 of 3 left" in shown
    assert 'Until <time datetime="2027-02-28">' in shown


def test_the_movements_of_one_service_are_shown(quotas, people):
    with clock.at(LATER):
        book(people.orbit, people.outsider, days=2)
    chosen = quotas("?code=escort_basic")
    assert "Every movement · Escort service (basic)" in chosen
    assert '<span class="ledger-minus">-2</span>' in chosen
    assert "Booked" in chosen
    assert "ledger-minus" not in quotas()


def test_the_plan_page_asks_for_the_cards_alone(quotas):
    shown = quotas("?code=escort_basic", **{"HX-Request": "true"})
    assert shown.lstrip().startswith('<div id="quotas"')
    assert "quotas?code=escort_basic" in shown


def test_a_quota_that_does_not_exist_is_not_found(quotas, people):
    with clock.at(LATER):
        assert browser_of(people.outsider).get("/o/orbit/quotas?code=nonsense").status_code == 404


def test_who_has_no_services_sees_the_tickets_alone(catalogue, people):
    with clock.at(LATER):
        shown = browser_of(people.owner).get("/o/acme/quotas").content.decode()
    assert "col-lg-8" in shown
    assert "Escort service" not in shown


def test_the_home_page_shows_what_is_left_of_the_services(catalogue, people):
    hold(people.orbit, "enterprise")
    with clock.at(LATER):
        book(people.orbit, people.outsider, days=2)
        shown = browser_of(people.outsider).get("/o/orbit/").content.decode()
        assert "Value-added services" in shown
        assert "1 of 3 left" in shown
        assert "Value-added services" not in browser_of(people.owner).get("/o/acme/").content.decode()
