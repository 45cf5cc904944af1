"""Staff allow one change more within seven days, with a reason: page 3.3, `too_frequent_changes`."""

from datetime import timedelta

import pytest

from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from supportplans import overrides
from supportplans.changing import change_tier, leave
from supportplans.eligibility import TooFrequentChanges
from supportplans.models import ChangeOverride, Term
from tests.cast import browser_of
from tests.supportplans.conftest import START

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def change(organization, tier: str, at, order_number: str = "O-CHANGE"):
    with tenancy.organization(organization.pk), clock.at(at):
        return change_tier(organization=organization, tier=tier, at=at, order_number=order_number, by=None)


def allow(organization, by, at, reason="Asked for by telephone"):
    with tenancy.everything(), clock.at(at):
        return overrides.allow_one_change(organization=organization, reason=reason, at=at, by=by)


@pytest.fixture
def restless(people, subscribe):
    """acme has changed its tier three times on its first four days."""
    subscribe(people.acme, "developer", "yearly")
    for day, tier in enumerate(("business", "enterprise", "business"), start=1):
        change(people.acme, tier, START + day * DAY)
    return people.acme


def test_an_override_lets_through_one_change_and_is_used_up(people, restless):
    granted = allow(restless, people.lead, START + 4 * DAY)
    assert granted.expires_at == START + 11 * DAY
    assert change(restless, "enterprise", START + 5 * DAY, "O-FOURTH").term.tier == "enterprise"
    with tenancy.everything():
        granted.refresh_from_db()
        assert (granted.used_at, granted.order_number) == (START + 5 * DAY, "O-FOURTH")
        given, used = AuditEntry.objects.filter(action__startswith="override.").order_by("pk")
        assert (given.action, given.by, given.after["reason"]) == (
            "override.granted",
            people.lead.name,
            "Asked for by telephone",
        )
        assert (used.action, used.after["order"]) == ("override.used", "O-FOURTH")
    with pytest.raises(TooFrequentChanges):
        change(restless, "business", START + 6 * DAY)


def test_after_seven_days_it_is_worth_nothing(people, restless):
    granted = allow(restless, people.lead, START + 4 * DAY)
    with pytest.raises(TooFrequentChanges):
        change(restless, "enterprise", START + 11 * DAY)
    with tenancy.everything():
        granted.refresh_from_db()
        assert granted.used_at is None
        assert Term.objects.filter(left_at=None).get().tier == "business"
    assert change(restless, "enterprise", START + 11 * DAY - timedelta(microseconds=1)).term.tier == "enterprise"


def test_a_change_that_needs_none_leaves_it_there(people, subscribe):
    subscribe(people.acme, "developer", "yearly")
    granted = allow(people.acme, people.lead, START)
    change(people.acme, "business", START + DAY)
    with tenancy.everything():
        granted.refresh_from_db()
        assert granted.used_at is None


def test_it_also_serves_who_left_and_takes_another_tier(people, subscribe, restless):
    with tenancy.organization(restless.pk), clock.at(START + 4 * DAY):
        leave(organization=restless, at=START + 4 * DAY, order_number="O-LEAVE", by=None)
    with pytest.raises(TooFrequentChanges):
        subscribe(restless, "developer", at=START + 5 * DAY)
    granted = allow(restless, people.admin, START + 5 * DAY)
    subscribe(restless, "developer", at=START + 6 * DAY)
    with tenancy.everything():
        granted.refresh_from_db()
        assert granted.used_at == START + 6 * DAY


def test_it_needs_a_reason(people, catalogue):
    for reason in ("", "   ", "x" * 301):
        with pytest.raises(FieldErrors) as refused:
            allow(people.acme, people.lead, START, reason)
        assert list(refused.value.errors) == ["reason"]
    with tenancy.everything():
        assert not ChangeOverride.objects.exists()


URL = "/api/v1/desk/orgs/acme/overrides"
BODY = {"kind": "too_frequent_changes", "reason": "A merger"}


def test_lead_billing_and_administrators_give_one_by_the_api(people, api):
    for number, staff in enumerate((people.lead, people.billing_operator, people.admin), start=1):
        client = api(staff)
        with clock.at(START):
            answer = client.post(URL, BODY, format="json")
            listed = client.get(URL).json()["results"]
        assert answer.status_code == 201
        assert answer.json() == {
            "kind": "too_frequent_changes",
            "organization": "acme",
            "reason": "A merger",
            "by": staff.name,
            "at": "2026-03-01T10:00:00+08:00",
            "expires_at": "2026-03-08T10:00:00+08:00",
            "used_at": None,
            "order": None,
        }
        assert (listed[0], len(listed)) == (answer.json(), number)


def test_nobody_else_does(people, api):
    for who, status in (("owner", 404), ("outsider", 404), ("engineer", 403), ("tam", 403)):
        client = api(getattr(people, who))
        assert client.post(URL, BODY, format="json").status_code == status
        assert client.get(URL).status_code == status
    with tenancy.everything():
        assert not ChangeOverride.objects.exists()


def test_a_mistake_in_a_field_is_named(people, api):
    client = api(people.lead)
    for body, field in (
        ({"kind": "anything", "reason": "x"}, "kind"),
        ({"kind": "too_frequent_changes"}, "reason"),
        ({}, "kind"),
    ):
        answer = client.post(URL, body, format="json")
        assert answer.status_code == 400
        assert field in answer.json()["errors"]


def test_an_organization_that_does_not_exist_is_not_found(people, api):
    assert api(people.lead).post("/api/v1/desk/orgs/nobody/overrides", BODY, format="json").status_code == 404


PAGE = "/desk/organizations/acme/overrides"


def test_a_desk_lead_allows_a_change_on_a_page(people, restless):
    browser = browser_of(people.lead)
    with clock.at(START + 4 * DAY):
        page = browser.get(PAGE).content.decode()
        assert "The tier changed 3 times in the last 90 days" in page
        answer = browser.post(PAGE, {"reason": "A merger"})
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        page = browser.get(PAGE).content.decode()
    assert "A merger" in page
    assert "One change is allowed already" in page
    with tenancy.everything():
        assert ChangeOverride.objects.get().by == people.lead


def test_the_page_asks_for_a_reason(people, catalogue):
    answer = browser_of(people.lead).post(PAGE, {"reason": "  "})
    assert answer.status_code == 400
    with tenancy.everything():
        assert not ChangeOverride.objects.exists()


def test_the_plan_page_leads_there_who_may(people, catalogue):
    assert PAGE in browser_of(people.lead).get("/o/acme/plan").content.decode()
    assert PAGE not in browser_of(people.engineer).get("/o/acme/plan").content.decode()
    assert PAGE not in browser_of(people.owner).get("/o/acme/plan").content.decode()
