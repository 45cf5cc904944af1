"""Pages of webhooks and IM groups: a secret once, a log that shows strangers' bytes harmlessly (spec pages 4.6, 9.3)."""

from __future__ import annotations

import re

import pytest

from common import clock, outbox, tenancy
from notifications.models import Delivery, Endpoint
from notifications.outbound import sending
from tests.cast import browser_of
from tests.notifications.receiver import receiver

__all__ = ["receiver"]
HOOKS = "/o/acme/webhooks"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def visitor(people):
    return browser_of(people.owner)


def add(visitor, receiver, **more):
    asked = {"url": receiver.url, "events": ["quota.low"], "name": "Pager", "idempotency_key": "k1"} | more
    return visitor.post(HOOKS, asked)


def happen(people) -> None:
    with tenancy.everything():
        outbox.emit("quota.low", organization_id=people.acme.pk, payload={"code": EVIL, "month": "2026-11", "used": 1})
    outbox.relay(slow=False)
    sending.deliver_due(at=clock.now())


def test_a_webhook_is_added_and_its_secret_is_shown_once(visitor, receiver):
    page = add(visitor, receiver)
    assert page.status_code == 201
    secret = re.search(r'<code id="secret">(whsec_[^<]+)</code>', page.text)[1]
    assert page["Cache-Control"] == "no-store"
    again = add(visitor, receiver)
    assert secret not in again.text
    assert "This was done already" in again.text
    assert secret not in visitor.get(HOOKS).text
    with tenancy.everything():
        assert Endpoint.objects.count() == 1


def test_a_wrong_address_is_told_beside_its_field_and_what_was_typed_stays(visitor, receiver):
    page = add(visitor, receiver, url="https://10.0.0.1/", name=EVIL)
    assert page.status_code == 400
    assert "This host is not on the public internet." in page.text
    assert 'value="https://10.0.0.1/"' in page.text
    assert EVIL not in page.text
    with tenancy.everything():
        assert not Endpoint.objects.exists()


def test_without_an_event_nothing_is_added(visitor, receiver):
    page = add(visitor, receiver, events=[])
    assert page.status_code == 400
    assert "Choose at least one event." in page.text


def test_the_log_shows_what_came_back_as_text(people, visitor, receiver):
    add(visitor, receiver, name=EVIL)
    receiver.answer(500, f"<img src=x onerror=alert(1)>{EVIL}".encode())
    happen(people)
    with tenancy.everything():
        endpoint = Endpoint.objects.get()
    page = visitor.get(f"{HOOKS}/{endpoint.pk}").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "80 % of a quota are used" in page
    assert "HTTP 500" in page
    assert EVIL not in page
    fragment = visitor.get(f"{HOOKS}/{endpoint.pk}", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<section class="card" id="deliveries"')


def test_buttons_send_a_test_send_again_switch_and_delete(people, visitor, receiver):
    add(visitor, receiver)
    happen(people)
    with tenancy.everything():
        endpoint, delivery = Endpoint.objects.get(), Delivery.objects.get()
    one = f"{HOOKS}/{endpoint.pk}"
    assert visitor.post(f"{one}/test").status_code == 303
    assert visitor.post(f"{one}/deliveries/{delivery.pk}/resend").status_code == 303
    assert sending.deliver_due(at=clock.now())["requests"] == 2
    assert visitor.post(f"{one}/switch", {"on": "0"}).status_code == 303
    assert visitor.post(f"{one}/test").status_code == 409
    assert visitor.post(f"{one}/switch", {"on": "1"}).status_code == 303
    changed = visitor.post(one, {"name": "Other", "url": receiver.url, "events": ["report.ready", "quota.low"]})
    assert changed.status_code == 303
    with tenancy.everything():
        kept = Endpoint.objects.get()
    assert (kept.name, kept.events, kept.is_on) == ("Other", ["quota.low", "report.ready"], True)
    assert "Delete Other?" in visitor.get(f"{one}/delete").text
    assert visitor.post(f"{one}/delete").status_code == 303
    assert visitor.get(one).status_code == 404


def test_a_new_secret_is_made_once(people, visitor, receiver):
    add(visitor, receiver)
    with tenancy.everything():
        endpoint = Endpoint.objects.get()
    first = visitor.post(f"{HOOKS}/{endpoint.pk}/secret", {"idempotency_key": "r1"})
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", first.text)
    second = visitor.post(f"{HOOKS}/{endpoint.pk}/secret", {"idempotency_key": "r1"})
    assert "whsec_" not in second.text
    with tenancy.everything():
        assert Endpoint.objects.get().sealed_old_secret == endpoint.sealed_secret


def test_a_member_sees_no_webhooks(people):
    assert browser_of(people.member).get(HOOKS).status_code == 403
    assert browser_of(people.outsider).get(HOOKS).status_code == 404


def test_a_notice_is_marked_unread_again(people, visitor):
    from tests.notifications.test_centre import tell

    notice = tell(people.owner, people.acme, "a")
    row = visitor.post(f"/notifications/{notice.pk}/mark", headers={"HX-Request": "true"}).text
    assert "Mark as unread" in row
    assert "Mark as read" in visitor.post(f"/notifications/{notice.pk}/mark", headers={"HX-Request": "true"}).text
    assert browser_of(people.member).post(f"/notifications/{notice.pk}/mark").status_code == 404


def test_the_centre_is_narrowed_by_subject(people, visitor):
    from tests.notifications.test_centre import tell

    tell(people.owner, people.acme, "a")
    tell(people.owner, people.acme, "b", kind="member.joined")
    assert visitor.get("/notifications").text.count('class="notice-row-text"') == 2
    page = visitor.get("/notifications?about=plan&show=unread").text
    assert page.count('class="notice-row-text"') == 1
    assert "technical tickets" in page
    assert visitor.get("/notifications?about=<script>").text.count('class="notice-row-text"') == 2
