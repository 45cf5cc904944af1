"""What a correction or another target would do, before anything is done (spec page 4.3)."""

from datetime import date, timedelta

import pytest

from common import calendar_days, clock, tenancy
from common.models import CalendarDay
from common.problems import FieldErrors
from tests.cast import client_of
from tests.tickets.conftest import NOON, at, file, reply, timers_of
from tickets import what_if

FRIDAY = at("2026-11-27 15:00")
LATER = FRIDAY + timedelta(hours=1)
PAGE = "/desk/what-if"


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    """Of acme on basic: due on Monday 15:00."""
    return file(plans.acme, plans.member, FRIDAY, kind="business")


def counts(preview) -> tuple[int, int, int]:
    return preview.later, preview.earlier, preview.overdue


def of_target(minutes, catalogue, severity="production_impaired", tier="business"):
    with tenancy.everything():
        return what_if.of_target("customer", tier, severity, minutes, catalogue=catalogue, at=LATER)


def test_a_correction_is_counted_and_changes_nothing(plans, ticket):
    file(plans.orbit, plans.outsider, FRIDAY)
    with tenancy.everything():
        off = what_if.of_correction(date(2026, 11, 30), is_working=False, at=LATER)
        on = what_if.of_correction(date(2026, 11, 28), is_working=True, at=LATER)
        none = what_if.of_correction(date(2026, 12, 25), is_working=False, at=LATER)
    assert (counts(off), counts(on), none.is_empty) == ((1, 0, 0), (0, 1, 0), True)
    assert [move.due for move in off.shown] == [at("2026-12-01 15:00")]
    assert timers_of(ticket)[0].due_at == at("2026-11-30 15:00")
    assert not CalendarDay.objects.exists()


def test_another_target_is_counted_per_plan_and_severity(plans, catalogue):
    file(plans.orbit, plans.outsider, FRIDAY)
    file(plans.orbit, plans.outsider, FRIDAY, severity="guidance")
    reply(file(plans.orbit, plans.outsider, FRIDAY), plans.engineer, LATER)
    file(plans.pine, plans.partner_member, FRIDAY)
    assert counts(of_target(240, catalogue)) == (1, 0, 0)
    assert counts(of_target(120, catalogue)) == (0, 1, 0)
    assert counts(of_target(60, catalogue)) == (0, 1, 1)
    assert of_target(180, catalogue).is_empty


@pytest.mark.parametrize(
    ("tier", "severity", "minutes"), [("none", "guidance", 5), ("business", "x", 5), ("business", "guidance", 0)]
)
def test_what_does_not_exist_is_told(plans, catalogue, tier, severity, minutes):
    with pytest.raises(FieldErrors):
        of_target(minutes, catalogue, severity, tier)


def test_the_page_shows_first_and_corrects_then(plans, browse, ticket):
    admin = browse(plans.admin)
    assert admin.get(PAGE).status_code == 200
    seen = admin.get(PAGE, {"day": "2026-11-30", "is_working": "0"}).content.decode()
    assert "1 would be due later, 0 earlier" in seen
    assert ticket.number in seen
    assert timers_of(ticket)[0].due_at == at("2026-11-30 15:00")
    done = admin.post(PAGE, {"day": "2026-11-30", "is_working": "0", "note": "Moving house"})
    assert (done.status_code, done.url) == (303, PAGE)
    assert timers_of(ticket)[0].due_at == at("2026-12-01 15:00")
    assert calendar_days.correction_of(date(2026, 11, 30)).note == "Moving house"


def test_the_page_asks_for_targets_too(plans, browse):
    file(plans.orbit, plans.outsider, FRIDAY)
    asked = {"tier": "customer:business", "severity": "production_impaired", "minutes": "60"}
    seen = browse(plans.admin).get(PAGE, asked).content.decode()
    assert "0 would be due later, 1 earlier (1 of them before now)." in seen
    assert browse(plans.admin).get(PAGE, asked | {"minutes": "x"}).status_code == 400
    for day in ("soon", "9999-12-31"):
        assert browse(plans.admin).get(PAGE, {"day": day}).status_code == 400


def test_only_administrators_look_into_what_would_be(plans, browse):
    for person in (plans.engineer, plans.lead, plans.billing_operator):
        assert browse(person).post(PAGE, {"day": "2026-11-30", "is_working": "0"}).status_code == 403
    assert browse(plans.owner).get(PAGE).status_code == 404
    assert not CalendarDay.objects.exists()


def test_the_api_asks_the_same(plans):
    client = client_of(plans.admin)
    with clock.at(NOON):
        file(plans.acme, plans.member)
        day = client.get("/api/v1/operator/what-if/day?day=2026-11-25&is_working=false").json()
        target = client.get(
            "/api/v1/operator/what-if/target?family=customer&tier=business&severity=guidance&minutes=60"
        )
        assert (day["later"], day["earlier"], len(day["moves"])) == (1, 0, 1)
        assert day["moves"][0]["organization"] == "acme"
        assert day["moves"][0]["due_after"] == "2026-11-26T12:00:00+08:00"
        assert target.json() == {"later": 0, "earlier": 0, "same": 0, "overdue": 0, "moves": []}
        for asked in ("day", "day?day=2026-13-01", "target", "target?family=x&tier=y&severity=z&minutes=0"):
            assert client.get(f"/api/v1/operator/what-if/{asked}").status_code == 400, asked
        # No calendar is kept for these years; the page says so too.
        for day in ("0001-01-01", "9999-12-31"):
            assert client.get(f"/api/v1/operator/what-if/day?day={day}&is_working=true").status_code == 400, day
