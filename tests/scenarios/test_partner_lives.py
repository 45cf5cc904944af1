"""Two years of a consulting partner, told through HTTP with the travelling clock (spec pages 3.4, 5.1 to 5.4)."""

from decimal import Decimal

from tests.scenarios.booked import (
    book,
    entries,
    let_the_day_come,
    mistaken,
    period,
    quotas,
    refused,
    staff,
    state,
    told,
)
from tests.scenarios.life import Life

ASSURANCE, CONSULTING, ONSITE = "event_assurance", "architecture_consulting", "onsite_training"
TICKETS = "technical_tickets"
VENUE = {"venue": "Our office, 12th floor", "facilities": "Projector, 20 seats"}


def sources(life: Life, code: str) -> list[tuple[str, int]]:
    found = next(row["source"] for row in life.get("quotas")["results"] if row["code"] == code)
    return [(source["kind"], source["quantity"]) for source in found]


def effect(quote: dict, code: str) -> dict:
    return next(each for each in quote["effects"] if each["code"] == code)


def test_a_partner_goes_up_and_down_and_its_quotas_follow(begin):
    portal = begin("2026-03-02T10:00")
    pine = portal.organization("pine", "partner")
    pine.buy("subscribe", tier="standard", cycle="yearly")
    assert quotas(pine) == {TICKETS: (30, 0, 30), ASSURANCE: (4, 0, 4), CONSULTING: (4, 0, 4)}

    # Packs, on the metered tier alone.
    pine.buy("buy_pack", quantity=2)
    assert (quotas(pine)[TICKETS], sources(pine, TICKETS)) == ((50, 0, 50), [("plan", 30), ("pack", 20)])
    let_the_day_come(portal, "2026-04-01")
    assert quotas(pine)[TICKETS] == (30, 0, 30), "what is left of a pack lapses with its month"

    # Consulting over Labour Day: 29 and 30 April, 6 and 7 May. The first days of 30 April are too near.
    assert refused(pine, CONSULTING, "2026-04-03")["earliest"] == "2026-04-07"
    assert mistaken(pine, CONSULTING, "2026-05-01") == {
        "starts_on": ["This service starts on a working day. The next one is 2026-05-06."]
    }
    consulting = book(pine, CONSULTING, "2026-04-29", days=4)
    assert (consulting["ends_on"], quotas(pine)[CONSULTING]) == ("2026-05-07", (4, 4, 0))
    spent = refused(pine, CONSULTING, "2026-06-01")
    assert (spent["code"], spent["remaining"], spent["requested"]) == ("quota_insufficient", 0, 1)
    assert refused(pine, ONSITE, "2026-06-01")["code"] == "not_entitled"

    # Up, in the middle of the term: at once as much as premium has.
    portal.sleep_until("2026-06-15T10:00")
    pine.buy("change_tier", tier="premium")
    assert quotas(pine) == {TICKETS: (None, 0, None), ASSURANCE: (8, 0, 8), CONSULTING: (8, 4, 4), ONSITE: (1, 0, 1)}
    assert pine.refused("buy_pack", quantity=1)["code"] == "not_metered"
    book(pine, CONSULTING, "2026-07-06", days=2)
    event = book(pine, ASSURANCE, "2026-10-01", days=6, details={"regions": ["eu-paris"]})
    assert event["ends_on"] == "2026-10-06", "natural days run on, and partners' regions are not excluded"
    assert refused(pine, ASSURANCE, "2026-06-18")["earliest"] == "2026-06-23", "the 19th is a holiday"

    # Onsite training: ten working days ahead, by the occasion, once a service year, where the partner has a venue.
    portal.sleep_until("2026-09-16T10:00")
    assert refused(pine, ONSITE, "2026-09-29")["earliest"] == "2026-09-30"
    assert list(mistaken(pine, ONSITE, "2026-10-03")) == ["starts_on"]
    assert list(mistaken(pine, ONSITE, "2026-10-10", days=2)) == ["days"]
    training = book(pine, ONSITE, "2026-10-10")
    assert refused(pine, ONSITE, "2026-10-10")["code"] == "overlapping_booking"
    assert refused(pine, ONSITE, "2026-10-12")["code"] == "quota_insufficient"
    assert staff(portal, training, "confirm", {"details": VENUE})["missing_details"] == []
    assert refused(pine, ONSITE, "2027-03-02")["code"] == "outside_period"

    # Down: what is consumed stays, and nothing more is granted than standard has.
    quote = pine.quote("change_tier", tier="standard")
    changes = [each for each in quote["effects"] if each["code"] == "service_changes"]
    assert {(each["service"], each["before"], each["quantity"], each["used"]) for each in changes} == {
        (ASSURANCE, 8, 6, 6),
        (CONSULTING, 8, 6, 6),
    }
    pine.post("orders", {"quote": quote["id"]})
    assert quotas(pine) == {TICKETS: (30, 0, 30), ASSURANCE: (6, 6, 0), CONSULTING: (6, 6, 0), ONSITE: (1, 1, 0)}
    assert sources(pine, ASSURANCE) == [("plan", 4), ("consumed", 2)]
    assert refused(pine, ASSURANCE, "2026-11-02")["code"] == "quota_insufficient"
    assert refused(pine, ONSITE, "2026-11-02")["code"] == "not_entitled"
    pine.post(f"bookings/{event['id']}/reschedule", {"starts_on": "2026-10-01", "days": 3}, status=200)
    assert (quotas(pine)[ASSURANCE], sources(pine, ASSURANCE)) == ((4, 3, 1), [("plan", 4)])
    let_the_day_come(portal, "2026-10-10")
    assert state(pine, training) == "in_progress", "what was booked on the larger plan is done"
    portal.ledger_is_right()


def test_a_partner_leaves_comes_back_and_goes_on_with_its_service_year(begin):
    portal = begin("2026-03-02T10:00")
    summit = portal.organization("summit", "partner")
    summit.buy("subscribe", tier="standard", cycle="monthly")
    assert quotas(summit) == {TICKETS: (30, 0, 30), ASSURANCE: (0, 0, 0), CONSULTING: (4, 0, 4)}
    assert refused(summit, ASSURANCE, "2026-03-16")["code"] == "not_entitled", "yearly orders alone grant it"
    year = ("2026-03-02", "2027-03-02")
    assert period(summit, CONSULTING) == year

    # Across the end of the month's term: only once the next one is bought.
    across = refused(summit, CONSULTING, "2026-04-01", days=2)
    assert (across["code"], across["starts_on"], across["ends_on"]) == ("outside_period", "2026-03-02", "2026-04-01")
    summit.buy("change_cycle", cycle="yearly", at="renewal")
    summit.buy("renew")
    booking = book(summit, CONSULTING, "2026-04-01", days=2)
    assert booking["ends_on"] == "2026-04-02"
    ends = summit.quote("unsubscribe", at="renewal")
    assert [each["id"] for each in effect(ends, "bookings_withdrawn")["bookings"]] == [booking["id"]]
    staff(portal, booking, "confirm")
    let_the_day_come(portal, "2026-04-02")
    assert quotas(summit) == {TICKETS: (30, 0, 30), ASSURANCE: (4, 0, 4), CONSULTING: (4, 2, 2)}
    assert (period(summit, CONSULTING), period(summit, ASSURANCE)) == (year, ("2026-04-02", "2027-04-02"))

    # Leaving ends what is still to come, on both sides' screens, and gives it back.
    event = book(summit, ASSURANCE, "2026-12-24", days=4)
    portal.sleep_until("2026-11-20T10:00")
    summit.buy("unsubscribe")
    assert state(summit, event) == "withdrawn"
    assert entries(summit, ASSURANCE) == [(-4, "booked"), (4, "plan_ended")]
    portal.travel("2026-11-20T10:01")
    assert told(summit, "booking.ended_by_plan")
    assert quotas(summit) == {TICKETS: (0, 0, 0)}
    assert refused(summit, CONSULTING, "2026-12-01")["code"] == "not_entitled"

    # Back within twelve months: the old service year and what was used of it; then its anniversary.
    portal.sleep_until("2027-02-10T10:00")
    summit.buy("subscribe", tier="standard", cycle="monthly")
    assert (quotas(summit)[CONSULTING], period(summit, CONSULTING)) == ((4, 2, 2), year)
    assert refused(summit, CONSULTING, "2027-03-01", days=2)["code"] == "outside_period", "the anniversary divides it"
    let_the_day_come(portal, "2027-03-02")
    assert (quotas(summit)[CONSULTING], period(summit, CONSULTING)) == ((4, 0, 4), ("2027-03-02", "2028-03-02"))
    let_the_day_come(portal, "2027-03-10")
    assert quotas(summit) == {TICKETS: (0, 0, 0)}, "nobody renewed it"

    # After more than twelve months a new service year begins.
    portal.sleep_until("2028-03-20T10:00")
    summit.buy("subscribe", tier="premium", cycle="monthly")
    assert quotas(summit)[CONSULTING] == (8, 0, 8)
    assert period(summit, CONSULTING) == period(summit, ONSITE) == ("2028-03-20", "2029-03-20")
    assert summit.money() > Decimal("0.00")
