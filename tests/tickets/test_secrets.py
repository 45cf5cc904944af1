"""Secret fields: sealed, masked, looked at by the staff alone and on record, gone when the ticket ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Organization
from common import clock, tenancy
from common.models import AuditEntry, IdempotencyRecord
from common.problems import FieldErrors, OrganizationDisabled, PermissionDenied
from tests.cast import browser_of, client_of
from tests.tickets.conftest import FIELDS, NOON, events_of, file, fresh, history_of, own, reply
from tickets import closing, secrets
from tickets.models import SecretField, Ticket
from tickets.quiet_tickets import advance_quiet_tickets
from tickets.refusals import SecretGone, SecretUnreadable, TicketNotOpen
from tickets.secrets import Given

ROOT = Given("Root of the database", " pass word§ ")
ORBIT = "/api/v1/orgs/orbit/tickets"


@pytest.fixture
def ticket(plans) -> Ticket:
    return file(plans.orbit, plans.outsider, secrets=[ROOT])


def held(ticket: Ticket) -> SecretField:
    with tenancy.everything():
        return SecretField.objects.select_related("ticket").get(ticket=ticket)


def look(secret: SecretField, by) -> str:
    with tenancy.everything(), clock.at(NOON):
        return secrets.reveal(secret=secret, by=by, at=NOON)


def audited() -> list[tuple[str, str, object]]:
    with tenancy.everything():
        return list(AuditEntry.objects.filter(action__startswith="ticket.").values_list("action", "by", "after"))


def test_what_is_given_at_filing_is_sealed(ticket):
    row = held(ticket)
    assert (row.label, row.given_by_id, row.given_at) == ("Root of the database", ticket.reporter_id, NOON)
    assert row.sealed != ""
    assert "pass word" not in row.sealed
    assert events_of(ticket) == ["created", "timer_started", "secret_given"]
    assert "pass word" not in repr(ROOT)


def test_the_staff_look_and_every_look_is_on_record(ticket, plans):
    assert look(held(ticket), plans.engineer) == " pass word§ "
    assert look(held(ticket), plans.lead) == " pass word§ "
    facts = {"secret": held(ticket).pk, "label": "Root of the database"}
    assert audited() == [("ticket.secret_seen", "Engineer", facts), ("ticket.secret_seen", "Lead", facts)]
    seen = [entry for entry in history_of(ticket) if entry.event == "secret_seen"]
    assert [(entry.by_id, entry.details) for entry in seen] == [
        (plans.engineer.pk, {"label": "Root of the database"}),
        (plans.lead.pk, {"label": "Root of the database"}),
    ]


@pytest.mark.parametrize("who", ["admin", "billing_operator", "outsider", "member"])
def test_nobody_else_looks(ticket, plans, who):
    with pytest.raises(PermissionDenied):
        look(held(ticket), getattr(plans, who))
    assert audited() == []
    assert "secret_seen" not in events_of(ticket)


def give(ticket: Ticket, by, secret: Given = ROOT) -> SecretField:
    with tenancy.organization(ticket.organization_id), clock.at(NOON):
        organization = Organization.objects.get(pk=ticket.organization_id)
        return secrets.give(ticket=ticket, organization=organization, secret=secret, by=by, at=NOON)


@pytest.mark.parametrize("how", [closing.close, closing.withdraw])
def test_they_are_gone_when_the_customer_ends_the_ticket(ticket, plans, how):
    give(ticket, plans.outsider, Given("Second", "two"))
    own(how, ticket, plans.outsider, NOON + timedelta(hours=1))
    with tenancy.everything():
        rows = list(SecretField.objects.values_list("label", "sealed", "deleted_at"))
    ended = NOON + timedelta(hours=1)
    assert rows == [("Root of the database", "", ended), ("Second", "", ended)]
    (forgotten,) = [entry for entry in history_of(ticket) if entry.event == "secrets_deleted"]
    assert forgotten.details == {"count": 2}
    with tenancy.everything():
        row = SecretField.objects.select_related("ticket").first()
    with pytest.raises(SecretGone):
        look(row, plans.engineer)


def test_they_are_gone_when_a_resolved_ticket_closes_by_itself(ticket, plans):
    reply(ticket, plans.engineer, NOON, then="resolve")
    assert held(ticket).sealed != ""
    with clock.at(NOON + timedelta(days=8)):
        advance_quiet_tickets(at=NOON + timedelta(days=8))
    assert fresh(ticket).status == "closed"
    assert (held(ticket).sealed, held(ticket).deleted_at) == ("", NOON + timedelta(days=7))


def test_a_ticket_without_secrets_ends_without_a_word_about_them(plans):
    ticket = file(plans.orbit, plans.outsider)
    own(closing.close, ticket, plans.outsider, NOON)
    assert "secrets_deleted" not in events_of(ticket)


def test_more_can_be_given_while_the_ticket_is_worked_on(plans):
    ticket = file(plans.orbit, plans.outsider)
    give(ticket, plans.outsider)
    assert look(held(ticket), plans.engineer) == " pass word§ "
    own(closing.close, ticket, plans.outsider, NOON)
    with pytest.raises(TicketNotOpen):
        give(ticket, plans.outsider)


def test_a_disabled_organization_gives_nothing(plans):
    ticket = file(plans.orbit, plans.outsider)
    Organization.objects.filter(pk=plans.orbit.pk).update(disabled_at=NOON)
    with pytest.raises(OrganizationDisabled):
        give(ticket, plans.outsider)
    with tenancy.everything():
        assert not SecretField.objects.exists()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ([Given(" ", "x")], ["secrets.0.label"]),
        ([Given("a", "x"), Given("b", " ")], ["secrets.1.value"]),
        ([Given("a" * 101, "x" * 5001)], ["secrets.0.label", "secrets.0.value"]),
        ([Given("a", "x")] * 11, ["secrets"]),
    ],
)
def test_wrong_ones_are_named_without_their_values(plans, given, fields):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, secrets=given)
    assert sorted(refused.value.errors) == fields
    assert "xxx" not in str(refused.value.errors)


def test_an_eleventh_is_refused_until_one_is_deleted(plans):
    ticket = file(plans.orbit, plans.outsider, secrets=[Given(f"Key {number}", "x") for number in range(10)])
    with pytest.raises(FieldErrors):
        give(ticket, plans.outsider)
    with tenancy.everything(), clock.at(NOON):
        row = SecretField.objects.select_related("ticket").first()
        secrets.delete(secret=row, by=plans.outsider, at=NOON)
    give(ticket, plans.outsider)


def test_a_sealed_value_opens_on_its_own_ticket_only(ticket, plans):
    other = file(plans.orbit, plans.outsider, secrets=[Given("Other", "other")])
    with tenancy.everything():
        SecretField.objects.filter(ticket=other).update(sealed=held(ticket).sealed)
    with pytest.raises(SecretUnreadable):
        look(held(other), plans.engineer)


def test_a_new_secret_key_opens_with_the_old_one_as_a_fallback(ticket, plans, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert look(held(ticket), plans.engineer) == " pass word§ "
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretUnreadable):
        look(held(ticket), plans.engineer)


# ---- the API --------------------------------------------------------------------------------------------------------


def test_the_api_takes_them_at_filing_and_never_tells_the_value_again(plans):
    body = FIELDS | {"secrets": [{"label": "Key <b>", "value": "s3cret-value"}]}
    with clock.at(NOON):
        client = client_of(plans.outsider)
        made = client.post(ORBIT, body, format="json", headers={"Idempotency-Key": "k1"})
        assert made.status_code == 201
        number = made.json()["number"]
        shown = client.get(f"{ORBIT}/{number}")
        desk = client_of(plans.engineer).get(f"/api/v1/desk/tickets/{number}")
        listed = client.get(ORBIT)
    (secret,) = shown.json()["secrets"]
    assert secret | {"id": 0} == {
        "id": 0,
        "label": "Key <b>",
        "given_by": "Owner",
        "given_at": "2026-11-24T12:00:00+08:00",
        "deleted_at": None,
    }
    assert desk.json()["secrets"] == [secret]
    for answer in (made, shown, desk, listed):
        assert b"s3cret-value" not in answer.content
    kept = IdempotencyRecord.objects.get(key="k1")
    assert "s3cret-value" not in f"{kept.body}{kept.fingerprint}"


def test_the_desk_reveals_by_api_and_nothing_of_it_is_kept(ticket, plans):
    path = f"/api/v1/desk/tickets/{ticket.number}/secrets/{held(ticket).pk}/reveal"
    client = client_of(plans.engineer)
    for _again in range(2):
        answer = client.post(path, headers={"Idempotency-Key": "k1"})
        assert answer.json() == {"id": held(ticket).pk, "label": "Root of the database", "value": " pass word§ "}
        assert answer["Cache-Control"] == "no-store"
    assert not IdempotencyRecord.objects.filter(key="k1").exists()
    assert [action for action, _by, _after in audited()] == ["ticket.secret_seen"] * 2


def test_the_api_gives_and_takes_back(plans):
    ticket = file(plans.orbit, plans.outsider)
    client = client_of(plans.outsider)
    made = client.post(f"{ORBIT}/{ticket.number}/secrets", {"label": "Key", "value": "v"}, format="json")
    assert made.status_code == 201
    assert "value" not in made.json()
    path = f"{ORBIT}/{ticket.number}/secrets/{made.json()['id']}"
    assert client.delete(path).status_code == 204
    assert client.delete(path).json()["code"] == "secret_deleted"
    assert (held(ticket).sealed, held(ticket).deleted_at is None) == ("", False)


def test_nobody_reaches_secrets_of_another_organization_or_ticket(ticket, plans):
    pk = held(ticket).pk
    mine = file(plans.acme, plans.member, kind="business", region="")
    member = client_of(plans.member)
    assert member.delete(f"{ORBIT}/{ticket.number}/secrets/{pk}").status_code == 404
    assert member.delete(f"/api/v1/orgs/acme/tickets/{mine.number}/secrets/{pk}").status_code == 404
    engineer = client_of(plans.engineer)
    assert engineer.post(f"/api/v1/desk/tickets/{mine.number}/secrets/{pk}/reveal").status_code == 404
    assert engineer.delete(f"{ORBIT}/{ticket.number}/secrets/{pk}").status_code == 403
    assert held(ticket).sealed != ""


@pytest.mark.parametrize(
    ("secrets", "field"),
    [
        ("x", "secrets"),
        (["x"], "secrets.0"),
        ([{"label": "a"}], "secrets.0.value"),
        ([{"label": "a", "value": 5}], "secrets.0.value"),
        ([{"label": "a", "value": "  "}], "secrets.0.value"),
    ],
)
def test_shapes_that_are_no_secrets_are_field_errors(plans, secrets, field):
    answer = client_of(plans.outsider).post(ORBIT, FIELDS | {"secrets": secrets}, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


# ---- the pages ------------------------------------------------------------------------------------------------------


def test_the_form_takes_secrets_and_never_shows_a_value_again(plans):
    browser = browser_of(plans.outsider)
    typed = FIELDS | {"secret_label": ["Root <b>", ""], "secret_value": ["s3cret", ""], "idempotency_key": "k1"}
    refused = browser.post("/o/orbit/tickets/new", typed | {"subject": ""})
    assert refused.status_code == 400
    assert "Root &lt;b&gt;" in refused.content.decode()
    assert "s3cret" not in refused.content.decode()
    wrong = browser.post("/o/orbit/tickets/new", typed | {"secret_value": ["", ""]})
    assert 'href="#errors-secrets"' in wrong.content.decode()
    filed = browser.post("/o/orbit/tickets/new", typed)
    html = browser.get(filed["Location"]).content.decode()
    assert "Root &lt;b&gt;" in html
    assert "••••••••" in html
    assert "s3cret" not in html


def test_the_page_gives_and_takes_back(plans):
    ticket = file(plans.orbit, plans.outsider)
    browser = browser_of(plans.outsider, **{"hx-request": "true"})
    path = f"/o/orbit/tickets/{ticket.number}/secrets"
    given = {"secret_label": "Key", "secret_value": "s3cret"}
    answer = browser.post(path, given | {"idempotency_key": "k1"})
    assert answer.status_code == 200
    assert 'id="ticket-aside" hx-swap-oob="true"' in answer.content.decode()
    assert "s3cret" not in answer.content.decode()
    refused = browser.post(path, {"secret_label": "", "idempotency_key": "k2"})
    assert (refused.status_code, "Fill this in." in refused.content.decode()) == (400, True)
    browser.post(f"{path}/{held(ticket).pk}/delete", {"idempotency_key": "k3"})
    assert held(ticket).sealed == ""
    again = browser.post(f"{path}/{held(ticket).pk}/delete", {"idempotency_key": "k4"})
    assert (again.status_code, "was deleted" in again.content.decode()) == (409, True)


def test_the_desk_asks_first_then_shows_it_once(ticket, plans):
    browser = browser_of(plans.engineer, **{"hx-request": "true"})
    path = f"/desk/tickets/{ticket.number}/secrets"
    listed = browser.get(path).content.decode()
    assert "Root of the database" in listed
    assert "pass word" not in listed
    shown = browser.post(f"{path}/{held(ticket).pk}/reveal")
    assert "pass word§" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert [action for action, _by, _after in audited()] == ["ticket.secret_seen"]
    assert "pass word" not in browser.get(path).content.decode()
    browser.post(f"{path}/{held(ticket).pk}/delete", {"idempotency_key": "k1"})
    gone = browser.post(f"{path}/{held(ticket).pk}/reveal")
    assert (gone.status_code, "pass word" in gone.content.decode()) == (409, False)


def test_the_desks_page_and_its_history_never_hold_a_value(ticket, plans):
    look(held(ticket), plans.engineer)
    own_page = browser_of(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    desk_page = browser_of(plans.lead).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert "Engineer looked at a secret field: Root of the database" in own_page
    for html in (own_page, desk_page):
        assert "pass word" not in html
