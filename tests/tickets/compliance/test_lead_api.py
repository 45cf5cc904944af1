"""The lead's figures by the API: what lies on the desk, who has it, ratings."""

from __future__ import annotations

from common import clock, tenancy
from tests.cast import client_of
from tests.tickets.conftest import NOON, act, at, file, fresh, reply
from tickets import satisfaction
from tickets.handling import claim

LATER = at("2026-11-24 12:20")


def ask(person, path):
    with clock.at(LATER):
        return client_of(person).get(f"/api/v1/desk/{path}")


def test_what_lies_on_the_desk_now(plans):
    taken = file(plans.orbit, plans.outsider, severity="critical_down")
    file(plans.orbit, plans.outsider)
    act(claim, taken, plans.engineer, NOON)
    now = ask(plans.lead, "now").json()
    assert {name: now[name] for name in ("open", "unanswered", "at_risk", "overdue")} == {
        "open": 2, "unanswered": 2, "at_risk": 0, "overdue": 1,
    }  # fmt: skip
    assert now["by_severity"][0] == {
        "severity": "critical_down", "open": 1, "unanswered": 1, "at_risk": 0, "overdue": 1,
    }  # fmt: skip
    assert now["by_age"][0] == {"from_days": 0, "to_days": 1, "open": 2}
    assert now["by_age"][-1] == {"from_days": 14, "to_days": None, "open": 0}
    assert now["load"][0]["person"]["email"] == "engineer@support.example"
    assert (now["load"][0]["in_progress"], now["load"][0]["overdue"]) == (1, 1)
    assert (now["load"][-1]["person"], now["load"][-1]["open"]) == (None, 1)


def test_ratings_by_month_and_together(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    with tenancy.everything():
        satisfaction.rate(
            ticket=fresh(ticket), organization=plans.orbit, score=4, comment="", by=plans.outsider, at=LATER
        )
    rows = ask(plans.lead, "satisfaction?from=2026-11-01&to=2026-11-30").json()["results"]
    scores = {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    assert rows == [
        {"month": "2026-11", "ratings": 1, "average": "4.00", "scores": scores},
        {"month": None, "ratings": 1, "average": "4.00", "scores": scores},
    ]
    assert ask(plans.lead, "satisfaction?from=soon").status_code == 400
