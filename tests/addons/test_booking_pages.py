"""Pages of an organization's bookings: the year, the form, a booking and what can be done with it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from common import tenancy
from common.beijing import BEIJING
from supportplans.models import Subscription
from tests.addons.booking_visits import EVENT, count, only_booking, orbit, text, visit
from tests.addons.conftest import LATER, book, consume, hold, listed

__all__ = ["orbit", "visit"]


# ---- the year -------------------------------------------------------------------------------------------------------


def test_the_year_shows_bookings_as_bars_and_in_a_list(orbit, visit, people):
    booking = book(orbit, people.outsider, days=2)
    shown = text(visit("/bookings"))
    assert f'<a href="/o/orbit/bookings/{booking.pk}" tabindex="-1"><title>Escort service (basic) · Requested' in shown
    assert 'class="year-bar year-bar-requested lane-0" x="222"' in shown
    assert '<time datetime="2026-07-06">6 Jul 2026</time> – <time datetime="2026-07-07">' in shown
    assert '<time datetime="2026-03-01">1 Mar 2026</time> – <time datetime="2027-02-28">' in shown
    assert '<span class="left-number">1</span> of 3' in shown
    assert "of 2027 is not published yet" in shown


def test_what_was_withdrawn_stands_in_the_list_alone(orbit, visit, people):
    booking = book(orbit, people.outsider)
    visit(f"/bookings/{booking.pk}/withdraw", {})
    shown = text(visit("/bookings"))
    assert "Withdrawn" in shown
    assert 'tabindex="-1"><title>' not in shown


def test_another_year_is_twelve_months_from_its_first(orbit, visit):
    shown = text(visit("/bookings?from=2027-03"))
    assert '<time datetime="2027-03-01">1 Mar 2027</time> – <time datetime="2028-02-29">' in shown
    assert "?from=2026-03" in shown
    assert 'datetime="2026-03-01">' in text(visit("/bookings?from=nonsense"))


def test_a_plan_without_services_leads_to_those_that_have_some(catalogue, visit, people):
    shown = text(visit("/bookings", by=people.owner, slug="acme"))
    assert "Your plan has no services to book" in shown
    assert 'href="/plans"' in shown


def test_who_may_not_book_sees_no_button(orbit, visit, people):
    assert "Book a service" in text(visit("/bookings", by=people.tam))
    shown = text(visit("/bookings", by=people.engineer))
    assert "Book a service" not in shown
    assert "bookings/new" not in shown


def test_the_home_page_shows_what_comes_next(orbit, visit, people):
    booking = book(orbit, people.outsider)
    shown = text(visit("/"))
    assert f'href="/o/orbit/bookings/{booking.pk}"' in shown
    assert 'href="/o/orbit/bookings/new"' in shown


def test_quotas_lead_to_the_form_and_movements_to_their_booking(orbit, visit, people):
    booking = book(orbit, people.outsider)
    shown = text(visit("/quotas?code=escort_basic"))
    assert 'href="/o/orbit/bookings/new?service=escort_basic"' in shown
    assert f'href="/o/orbit/bookings/{booking.pk}"' in shown


# ---- the form -------------------------------------------------------------------------------------------------------


def test_the_form_says_what_binds_the_plan(orbit, visit):
    shown = text(visit("/bookings/new?service=escort_basic"))
    assert 'value="escort_basic" data-asks="regions products event_kind expected_load peak_times binding" checked' in (
        " ".join(shown.split())
    )
    assert "binds your yearly plan as soon as it is booked" in shown
    assert "Earliest day with the recommended notice" in shown
    assert 'id="earliest-day"><time datetime="2026-06-30">' in shown


def test_a_monthly_plan_is_not_bound(catalogue, visit, people):
    hold(people.pine, "standard", "monthly")
    at = datetime(2026, 3, 10, 12, tzinfo=BEIJING)
    shown = text(visit("/bookings/new", by=people.partner_owner, slug="pine", at=at))
    # The only service that is granted is chosen already.
    assert 'value="architecture_consulting" data-asks="regions products" checked' in " ".join(shown.split())
    assert "comes with yearly orders" in shown
    assert "binds the plan</span>" not in shown


def test_the_last_day_follows_what_is_chosen(catalogue, visit, people):
    hold(people.pine, "standard")
    choice = "?service=architecture_consulting&starts_on=2026-10-10&days=3"
    shown = text(
        visit(
            f"/bookings/new/days{choice}",
            by=people.partner_owner,
            slug="pine",
            at=datetime(2026, 9, 30, 12, tzinfo=BEIJING),
            **{"HX-Request": "true"},
        )
    )
    assert shown.lstrip().startswith('<div id="booking-calendar"')
    assert 'hx-swap-oob="true"' in shown
    assert '<time datetime="2026-10-13">13 Oct 2026</time>' in shown
    assert "<strong>1 of 4</strong>" in shown
    assert 'aria-label="10 Oct 2026, make-up day, worked, first day" aria-pressed="true"' in shown
    assert 'aria-label="7 Oct 2026, public holiday, not worked: the service starts on a working day"' in shown
    assert 'aria-label="9 Oct 2026, too early for the notice"' in shown
    assert 'aria-label="11 Oct 2026, inside, not counted, not worked' in shown


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("", "Choose a service first"),
        ("service=nonsense", "Choose a service first"),
        ("service=escort_basic", "Choose the first day"),
        ("service=escort_basic&starts_on=nonsense&days=1", "Choose the first day"),
        ("service=escort_basic&starts_on=2026-07-06&days=0", "a whole number of days"),
        ("service=escort_basic&starts_on=2026-07-06&days=1.5", "a whole number of days"),
        ("service=escort_basic&starts_on=2026-07-06&days=4", "3 left, 4 asked for."),
        ("service=escort_basic&starts_on=2026-06-14&days=1", "The earliest first day that can be booked now is 15 Jun"),
        ("service=escort_basic&starts_on=2026-06-16&days=1", "This is short notice"),
        ("service=escort_basic&starts_on=2027-03-01&days=1", "from 1 Mar 2026 to 28 Feb 2027"),
        ("service=availability_check&starts_on=2026-06-20", "Take <time"),
        ("service=escort_basic&starts_on=2026-07-06&days=1&regions=eu-paris", "Contact sales"),
        ("service=escort_basic&starts_on=9999-12-31&days=99999999999999999999", "Choose a day of the years"),
        ("service=escort_basic&month=9999-99", "Choose the first day"),
    ],
)
def test_every_choice_is_answered_with_what_it_means(orbit, visit, choice, said):
    shown = text(visit(f"/bookings/new/days?{choice}"))
    assert said in " ".join(shown.replace("&#x27;", "'").split())


def test_a_booking_is_made_with_all_that_the_service_asks_for(orbit, visit, people):
    answer = visit("/bookings/new", EVENT)
    booking = only_booking(orbit)
    assert (answer.status_code, answer["Location"]) == (303, f"/o/orbit/bookings/{booking.pk}")
    assert (booking.starts_on, booking.ends_on, booking.days) == (date(2026, 7, 6), date(2026, 7, 7), 2)
    assert booking.acknowledged_binding
    assert booking.requested_by == people.outsider
    assert booking.details == {
        "regions": ["cn-north-4"],
        "products": ["ecs", "rds"],
        "event_kind": "promotion",
        "expected_load": "Three times as many orders",
        "peak_times": "20:00 to 22:00",
    }
    assert listed(orbit, LATER)["escort_basic"] == (3, 2, 1)


def test_the_same_form_sent_twice_books_once(orbit, visit):
    fields = EVENT | {"idempotency_key": "one"}
    first, second = visit("/bookings/new", fields), visit("/bookings/new", fields)
    assert first["Location"] == second["Location"]
    assert count(orbit) == 1


def test_an_occasion_is_one_day_whatever_the_days_say(orbit, visit):
    fields = EVENT | {"service": "availability_check", "days": "7"}
    assert visit("/bookings/new", fields).status_code == 303
    booking = only_booking(orbit)
    assert (booking.days, booking.details) == (1, {"regions": ["cn-north-4"], "products": ["ecs", "rds"]})


@pytest.mark.parametrize("missing", ["event_kind", "expected_load", "peak_times", "regions", "products"])
def test_what_the_service_asks_for_is_asked_for(orbit, visit, missing):
    shown = text(visit("/bookings/new", {k: v for k, v in EVENT.items() if k != missing}), status=400)
    assert f'id="id_{missing}_error"' in shown
    assert "The summer sale" in shown
    assert count(orbit) == 0


def test_the_binding_has_to_be_confirmed(orbit, visit):
    shown = text(visit("/bookings/new", {k: v for k, v in EVENT.items() if k != "acknowledge_binding"}), status=400)
    assert "Confirm that you know it" in shown
    assert count(orbit) == 0


def refuse_disabled(orbit, people):
    orbit.disabled_at = LATER
    orbit.save(update_fields=["disabled_at"])


def refuse_overdue(orbit, people):
    with tenancy.organization(orbit.pk):
        Subscription.objects.filter(organization=orbit).update(suspended_at=LATER)


def refuse_insufficient(orbit, people):
    consume(orbit, "escort_basic", 2)


def refuse_overlap(orbit, people):
    book(orbit, people.outsider, starts_on=date(2026, 7, 7))


REFUSALS = [
    ("organization_disabled", refuse_disabled, {}, ""),
    ("not_entitled", None, {"service": "event_assurance"}, "/plans"),
    ("account_overdue", refuse_overdue, {}, "/o/orbit/invoices"),
    ("region_not_served", None, {"regions": ["eu-paris"]}, "mailto:sales@support.example"),
    ("notice_too_short", None, {"starts_on": "2026-06-14"}, ""),
    ("outside_period", None, {"starts_on": "2027-02-28"}, "/o/orbit/plan"),
    ("overlapping_booking", refuse_overlap, {}, "/o/orbit/bookings/"),
    ("quota_insufficient", refuse_insufficient, {}, "https://support.example/escort-standard"),
]


@pytest.mark.parametrize(("code", "prepare", "change", "way_out"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_every_refusal_stays_in_the_form_with_a_way_out(orbit, visit, people, code, prepare, change, way_out):
    if prepare:
        prepare(orbit, people)
    before = count(orbit)
    shown = text(visit("/bookings/new", EVENT | change), status=409)
    assert f'data-problem="{code}"' in shown
    assert f'problem-action" href="{way_out}' in shown or not way_out
    for typed in ("The summer sale", "Three times as many orders", 'value="Ann, 1380000"', "data-draft-keep"):
        assert typed in shown
    assert count(orbit) == before


def test_members_read_and_do_not_book(catalogue, visit, people):
    hold(people.acme, "enterprise")
    for reader in (people.member, people.viewer):
        assert visit("/bookings/new", EVENT, by=reader, slug="acme").status_code == 403
        assert visit("/bookings/new", by=reader, slug="acme").status_code == 403
        assert visit("/bookings", by=reader, slug="acme").status_code == 200
    assert count(people.acme) == 0
    assert visit("/bookings/new", EVENT, by=people.billing, slug="acme").status_code == 303
    assert visit("/bookings", by=people.outsider, slug="acme").status_code == 404
