"""How content customers are: 1 to 5 with a comment after resolution, changeable for 7 days (spec page 4.6)."""

from datetime import timedelta

import pytest

from accounts.models import Organization
from common import clock, outbox, tenancy
from common.problems import FieldErrors, OrganizationDisabled
from notifications.models import Notification
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, history_of, message, own, reply
from tickets import closing, handling
from tickets.satisfaction import NotResolved, RatingSettled, rate

DONE = NOON + timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _afterwards():
    with clock.at(DONE):
        yield


@pytest.fixture
def ticket(plans):
    found = file(plans.orbit, plans.outsider)
    act(handling.claim, found, plans.engineer, NOON)
    reply(found, plans.engineer, NOON + timedelta(minutes=30), then="resolve")
    return found


@pytest.fixture
def path(ticket):
    return f"/api/v1/orgs/orbit/tickets/{ticket.number}/satisfaction"


def say(ticket, by, when=DONE, *, score=4, comment=""):
    with tenancy.organization(ticket.organization_id), clock.at(when):
        organization = Organization.objects.get(pk=ticket.organization_id)
        return rate(ticket=ticket, organization=organization, score=score, comment=comment, by=by, at=when)


def told() -> list[Notification]:
    outbox.relay()
    with tenancy.everything():
        return list(Notification.objects.filter(kind="ticket.rated").select_related("person").order_by("pk"))


def test_a_resolved_ticket_is_rated_and_its_engineer_told(plans, ticket):
    say(ticket, plans.outsider, score=5, comment=" Quick and clear. ")
    found = fresh(ticket)
    assert (found.satisfaction, found.satisfaction_comment, found.rated_at) == (5, "Quick and clear.", DONE)
    row = history_of(ticket)[-1]
    assert (row.event, row.by, row.details) == ("rated", plans.outsider, {"score": 5, "before": None})
    (notice,) = told()
    assert notice.person == plans.engineer
    assert (notice.params["by"], notice.params["score"]) == ("Owner", 5)
    assert notice.url == f"/desk/tickets/{ticket.number}"


def test_it_may_be_changed_until_seven_days_after_it_was_first_given(plans, ticket):
    say(ticket, plans.outsider, score=2)
    say(ticket, plans.outsider, DONE + WEEK - timedelta(seconds=1), score=3, comment="Better now.")
    found = fresh(ticket)
    assert (found.satisfaction, found.satisfaction_comment, found.rated_at) == (3, "Better now.", DONE)
    with pytest.raises(RatingSettled) as refused:
        say(ticket, plans.outsider, DONE + WEEK, score=1)
    assert refused.value.members["changeable_until"] == "2026-12-01T13:00:00+08:00"
    assert fresh(ticket).satisfaction == 3


def test_the_same_once_more_changes_nothing(plans, ticket):
    say(ticket, plans.outsider, score=4, comment="Good.")
    say(ticket, plans.outsider, DONE + timedelta(hours=1), score=4, comment="Good.")
    assert events_of(ticket).count("rated") == 1


def test_a_ticket_that_its_customer_closed_is_rated_too(plans):
    ticket = file(plans.orbit, plans.outsider)
    own(closing.close, ticket, plans.outsider, NOON)
    say(ticket, plans.outsider, score=1)
    assert fresh(ticket).satisfaction == 1
    assert told() == []


@pytest.mark.parametrize("status", ["in_progress", "withdrawn"])
def test_what_is_not_resolved_cannot_be_rated(plans, ticket, status):
    message(ticket, plans.outsider, DONE)
    if status == "withdrawn":
        own(closing.withdraw, ticket, plans.outsider, DONE)
    with pytest.raises(NotResolved) as refused:
        say(ticket, plans.outsider)
    assert refused.value.members["ticket_status"] == status
    assert fresh(ticket).rated_at is None


@pytest.mark.parametrize(
    ("score", "comment", "field"), [(0, "", "score"), (6, "", "score"), (None, "", "score"), (3, "x" * 2001, "comment")]
)
def test_what_is_no_rating_is_refused(plans, ticket, score, comment, field):
    with pytest.raises(FieldErrors) as refused:
        say(ticket, plans.outsider, score=score, comment=comment)
    assert list(refused.value.errors) == [field]
    assert fresh(ticket).rated_at is None


def test_a_disabled_organization_rates_nothing(plans, ticket):
    Organization.objects.filter(pk=plans.orbit.pk).update(disabled_at=NOON)
    with pytest.raises(OrganizationDisabled):
        say(ticket, plans.outsider)


def test_rating_by_the_api(plans, ticket, path, api):
    answer = api(plans.outsider).post(path, {"score": 4, "comment": "=1+1"}, format="json")
    assert answer.status_code == 200
    expected = {"score": 4, "comment": "=1+1", "rated_at": "2026-11-24T13:00:00+08:00"}
    assert answer.json()["satisfaction"] == expected
    assert answer.json()["history"][-1]["event"] == "rated"
    assert api(plans.engineer).get(f"/api/v1/desk/tickets/{ticket.number}").json()["satisfaction"] == expected
    with clock.at(DONE + WEEK):
        late = api(plans.outsider).post(path, {"score": 5}, format="json")
    assert (late.status_code, late.json()["code"], late.json()["rated_at"]) == (
        409,
        "rating_settled",
        "2026-11-24T13:00:00+08:00",
    )


@pytest.mark.parametrize(
    "body",
    [{}, {"score": None}, {"score": "5"}, {"score": 4.5}, {"score": True}, {"score": 0}, {"score": 10**30}, {"score": [5]},
     {"score": 5, "comment": 7}, {"score": 5, "comment": "\x00"}],
)  # fmt: skip
def test_bad_input_by_the_api_names_the_field(plans, ticket, path, api, body):
    answer = api(plans.outsider).post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert fresh(ticket).rated_at is None


def test_strangers_viewers_and_the_staff_do_not_rate(plans, ticket, path, api):
    assert api(plans.member).post(path, {"score": 1}, format="json").status_code == 404
    assert api(plans.engineer).post(path, {"score": 5}, format="json").status_code == 403
    mine = file(plans.acme, plans.member)
    reply(mine, plans.engineer, NOON, then="resolve")
    viewed = f"/api/v1/orgs/acme/tickets/{mine.number}/satisfaction"
    assert api(plans.viewer).post(viewed, {"score": 5}, format="json").status_code == 403
    assert [fresh(one).rated_at for one in (ticket, mine)] == [None, None]


def test_the_page_offers_five_stars_and_shows_what_was_chosen(plans, ticket, browse):
    browser, page = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
    html = browser.get(page).content.decode()
    assert html.count('type="radio" name="score"') == 5
    answer = browser.post(f"{page}/satisfaction", {"score": "4", "comment": "<b>Good</b>"})
    assert (answer.status_code, answer["Location"]) == (303, f"{page}#rating")
    html = browser.get(page).content.decode()
    assert 'aria-label="4 of 5: content"' in html
    assert "&lt;b&gt;Good&lt;/b&gt;" in html
    assert "Change it (until <time" in html
    with clock.at(DONE + WEEK):
        html = browser.get(page).content.decode()
        assert 'name="score"' not in html
        assert 'aria-label="4 of 5: content"' in html
        assert browser.post(f"{page}/satisfaction", {"score": "1"}).status_code == 409
    desk = browse(plans.engineer).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert 'aria-label="4 of 5: content"' in desk
    assert "&lt;b&gt;Good&lt;/b&gt;" in desk


def test_a_form_without_stars_is_asked_again_with_what_was_typed(plans, ticket, browse):
    browser = browse(plans.outsider)
    answer = browser.post(f"/o/orbit/tickets/{ticket.number}/satisfaction", {"comment": "So so"})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Choose a number from 1 to 5." in html
    assert ">So so</textarea>" in html


def test_an_open_page_hears_that_it_can_be_rated_and_that_it_no_longer_can(plans, browse):
    ticket = file(plans.orbit, plans.outsider)
    browser, state = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}/state"
    assert 'name="score"' not in browser.get(state).content.decode()
    reply(ticket, plans.engineer, NOON, then="resolve")
    html = browser.get(state).content.decode()
    assert 'id="rating" hx-swap-oob="true"' in html
    assert 'name="score"' in html
    message(ticket, plans.outsider, DONE)
    assert 'name="score"' not in browser.get(state).content.decode()


def test_the_notice_of_resolution_leads_to_the_stars(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, NOON)
    act(handling.resolve, ticket, plans.engineer, at("2026-11-24 12:30"))
    outbox.relay()
    with tenancy.everything():
        notice = Notification.objects.get(kind="ticket.resolved")
    assert notice.url == f"/o/orbit/tickets/{ticket.number}#rating"
