"""Every operation of the API, once with a request that succeeds: the answer is as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.test import Client

from accounts.models import Organization, Person
from addons.models import TrainingSession
from common import clock, tenancy
from common.api import api_time
from common.api_schema import DocumentGenerator
from common.beijing import Month
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.access import samples
from tests.portal.stories_of_advisories import advising
from tests.portal.stories_of_bookings import patrolling, planning, preparing
from tests.portal.stories_of_reports import reporting
from tests.portal.stories_of_the_desk import reusing, setting_up, sorting_mail, taking_turns, telling
from tickets import access
from tickets.desk.callbacks import request_callback

NAMED = {"post": "POST", "get": "GET", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
# An effect's further members depend on its code. All other answers hold what the document names and nothing else.
OPEN_SHAPES = {"Effect"}
# What an operation must be asked with.
QUERIES = {
    "price-estimate": "?family=customer&tier=business&cycle=yearly&monthly_usage=101000",
    "operator/what-if/day": "?day=2026-12-01",
    "operator/what-if/target": "?family=customer&tier=business&severity=guidance&minutes=60",
}
QUESTION = {"kind": "technical", "severity": "guidance", "subject": "Disks", "body": "Which?", "region": "none"}


class Caller:
    """Asks as `role` for a path, its parts filled with things that exist or with `parts`; remembers what was asked."""

    def __init__(self, stage: samples.Stage) -> None:
        self.stage = stage
        self.document = DocumentGenerator().get_schema()
        for name, shape in self.document["components"]["schemas"].items():
            if "properties" in shape and name not in OPEN_SHAPES:
                shape["additionalProperties"] = False
        self.asked: set[tuple[str, str]] = set()

    def operations(self) -> set[tuple[str, str]]:
        return {
            (NAMED[method], path.removeprefix("/api/v1/"))
            for path, operations in self.document["paths"].items()
            for method in operations
        }

    def __call__(self, role: str, method: str, path: str, body: Any = None, **parts: Any) -> Any:
        self.asked.add((method, path))
        address = "/api/v1/" + path + QUERIES.get(path, "")
        for name, value in parts.items():
            address = address.replace(f"{{{name}}}", str(value))
        client = Client(raise_request_exception=True, headers={"Authorization": f"Bearer {self.stage.tokens[role]}"})
        options = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(client, method.lower())(self.stage.fill(address, role), **options)
        assert answer.status_code < 300, (method, path, answer.content)
        return self._as_documented(method, path, answer)

    def _as_documented(self, method: str, path: str, answer: Any) -> Any:
        declared = self.document["paths"][f"/api/v1/{path}"][method.lower()]["responses"][str(answer.status_code)]
        if answer.status_code == 204:
            assert "content" not in declared
            return None
        if answer["Content-Type"].startswith("text/csv"):
            assert list(declared["content"]) == ["text/csv"]
            assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")
            return None
        if answer.streaming:
            kept = b"".join(answer.streaming_content).removeprefix(b"canary: ")
            kinds = {b"all well": "application/octet-stream", b"%PDF all well": "application/pdf"}
            assert list(declared["content"]) == [kinds[kept]]
            return None
        if answer["Content-Type"] == "application/octet-stream":
            assert list(declared["content"]) == ["application/octet-stream"]
            assert answer.content.startswith(b"From: ")
            return None
        if answer["Content-Type"].startswith("text/calendar"):
            assert list(declared["content"]) == ["text/calendar"]
            assert answer.content.startswith(b"BEGIN:VCALENDAR")
            return None
        if answer["Content-Type"] == "application/pdf":
            assert list(declared["content"]) == ["application/pdf"]
            assert answer.content.startswith(b"%PDF")
            return None
        (shape,) = declared["content"].values()
        jsonschema.validate(answer.json(), shape["schema"] | {"components": self.document["components"]})
        return answer.json()


@pytest.fixture(scope="module")
def ask(django_db_setup, django_db_blocker) -> Iterator[Caller]:
    with samples.standing(django_db_blocker) as everything:
        yield Caller(everything)


def test_every_operation_succeeds_as_documented(ask, db):
    for story in (
        reading,
        people,
        things_of_the_organization,
        buying,
        paying,
        filing,
        entrusting,
        handling,
        rating,
        queueing,
        regrouping,
        reusing,
        taking_turns,
        sorting_mail,
        telling,
        setting_up,
        accepting,
        booking,
        training,
        operating,
        writing,
        advising,
        reporting,
    ):
        with samples.undone():
            story(ask)
    assert sorted(ask.operations() - ask.asked) == []


def reading(ask: Caller) -> None:
    for method, path in sorted(ask.operations()):
        if method == "GET":
            role = {"desk": "lead", "operator": "admin"}.get(path.split("/")[0], "owner")
            ask(role, method, path)


def writing(ask: Caller) -> None:
    texts = {"title_en": "Why", "title_zh": "为何", "body_en": "So.", "body_zh": "如此。"}
    ask("owner", "POST", "help/articles/{slug}/feedback", {"helpful": True})
    ask("engineer", "POST", "desk/articles", {"slug": "why", "category": "start"} | texts)
    ask("engineer", "PATCH", "desk/articles/{slug}", {"body_en": "So it is."})
    ask("engineer", "POST", "desk/articles/{slug}/retire")
    ask("engineer", "POST", "desk/articles/{slug}/publish")


def people(ask: Caller) -> None:
    ask("owner", "PATCH", "me", {"name": "Ann", "language": "zh-hans", "theme": "dark"})
    ask("owner", "POST", "orgs", {"slug": "newco", "name": "Newco", "kind": "customer"})
    ask("owner", "PATCH", "orgs/{slug}", {"name": "Acme Ltd"})
    ask("owner", "POST", "orgs/{slug}/members", {"email": "hello@acme.example", "role": "viewer"})
    ask("owner", "PATCH", "orgs/{slug}/members/{email}", {"role": "billing"})
    ask("owner", "DELETE", "orgs/{slug}/members/{email}")
    invited = cast.client_of(cast.person("new@acme.example"))
    ask.stage.tokens["invited"] = invited._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    ask("invited", "POST", "invitations/{token}/accept")


def things_of_the_organization(ask: Caller) -> None:
    partner = cast.client_of(Person.objects.get(email="owner@pine.example"))
    ask.stage.tokens["partner"] = partner._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    made = ask("partner", "POST", "orgs/{slug}/end-customers", {"name": "Mall", "reference": "M-1"}, slug="pine")
    known = {"slug": "pine", "number": made["id"]}
    ask("partner", "PATCH", "orgs/{slug}/end-customers/{number}", {"name": "Mall 2"}, **known)
    ask("partner", "DELETE", "orgs/{slug}/end-customers/{number}", **known)
    ask("owner", "POST", "orgs/{slug}/notifications/{number}/read", {})
    ask("owner", "POST", "orgs/{slug}/notifications/read-all", {})
    ask("owner", "POST", "orgs/{slug}/tokens", {"name": "nightly", "scope": "read", "expires_on": "2099-12-31"})
    ask("owner", "DELETE", "orgs/{slug}/tokens/{number}")
    ask("owner", "PATCH", "orgs/{slug}/subscription", {"auto_renew": True})
    ask("owner", "PUT", "orgs/{slug}/budget", {"amount": "500.00"})


def buying(ask: Caller) -> None:
    wish = {"action": "subscribe", "tier": "business", "cycle": "yearly"}
    quote = ask("other", "POST", "orgs/{slug}/quotes", wish, slug="orbit")
    number = ask("other", "POST", "orgs/{slug}/orders", {"quote": quote["id"]}, slug="orbit")["number"]
    ask("other", "POST", "orgs/{slug}/orders/{number}/pay", {}, slug="orbit", number=number)
    ask("other", "POST", "orgs/{slug}/orders/{number}/cancel", {}, slug="orbit", number=number)
    ask("other", "GET", "orgs/{slug}/orders", slug="orbit")
    ask("owner", "POST", "orgs/{slug}/quotes", {"action": "change_tier", "tier": "enterprise"})
    ask("owner", "POST", "orgs/{slug}/quotes", {"action": "unsubscribe", "at": "renewal"})
    ask("lead", "POST", "desk/orgs/{slug}/overrides", {"kind": "too_frequent_changes", "reason": "A merger"})
    ask("lead", "GET", "desk/orgs/{slug}/overrides")
    asked = ask("owner", "GET", "orgs/{slug}/fapiao-requests/{number}")
    ask("owner", "DELETE", "orgs/{slug}/fapiao-requests/{number}")
    fields = {"title": "Acme", "taxpayer_number": "91110000000000000X", "email": "tax@acme.example"}
    ask("owner", "POST", "orgs/{slug}/fapiao-requests", fields | {"invoice": asked["invoice"]})


def paying(ask: Caller) -> None:
    made = ask("owner", "POST", "orgs/{slug}/payment-methods", {"gateway": "sandbox", "behaviour": "succeed"})
    ask("owner", "PATCH", "orgs/{slug}/payment-methods/{number}", {"default": True}, number=made["id"])
    ask("owner", "DELETE", "orgs/{slug}/payment-methods/{number}", number=made["id"])
    unpaid = ask("owner", "GET", "orgs/{slug}/invoices")["results"][0]["number"]
    ask("owner", "POST", "orgs/{slug}/invoices/{number}/pay", {}, number=unpaid)
    waiting = [one for one in ask("owner", "GET", "orgs/{slug}/payments")["results"] if one["status"] == "pending"]
    arrived = {"bank_reference": "B-1", "amount": "1.00", "payer": "Acme", "received_on": api_time(clock.now())[:10]}
    transfer = ask("billing_operator", "POST", "operator/transfers", arrived)
    match = {"payment": waiting[0]["reference"]}
    ask("billing_operator", "POST", "operator/transfers/{number}/match", match, number=transfer["id"])
    ask("billing_operator", "POST", "operator/transfer-refunds/{reference}/sent", {})
    for decision in ("accept", "send-back"):
        with samples.undone():
            ask("billing_operator", "POST", f"operator/held-payments/{{reference}}/{decision}", {})


def filing(ask: Caller) -> None:
    number = ask("owner", "POST", "orgs/{slug}/tickets", QUESTION | {"watchers": ["member@acme.example"]})["number"]
    ask("member", "POST", "orgs/{slug}/tickets/{number}/messages", {"body": "The large ones."}, number=number)
    ask("owner", "POST", "orgs/{slug}/tickets/{number}/withdraw", {}, number=number)
    ask("owner", "GET", "orgs/{slug}/tickets/{number}", number=number)


def entrusting(ask: Caller) -> None:
    """A ticket with a secret field and a colleague who is kept informed; another one follows it."""
    own, desk, secrets = "orgs/{slug}/tickets/{number}", "desk/tickets/{number}", [{"label": "Key", "value": "v"}]
    number = ask("owner", "POST", "orgs/{slug}/tickets", QUESTION | {"secrets": secrets})["number"]
    given = ask("owner", "POST", f"{own}/secrets", {"label": "Root", "value": "v"}, number=number)["id"]
    assert ask("engineer", "POST", f"{desk}/secrets/{{secret}}/reveal", {}, number=number, secret=given)["value"] == "v"
    ask("owner", "DELETE", f"{own}/secrets/{{secret}}", number=number, secret=given)
    (first, _second) = ask("engineer", "GET", desk, number=number)["secrets"]
    ask("engineer", "DELETE", f"{desk}/secrets/{{secret}}", number=number, secret=first["id"])
    ask("owner", "POST", f"{own}/watchers", {"watchers": ["member@acme.example"]}, number=number)
    ask("owner", "DELETE", f"{own}/watchers/{{email}}", number=number, email="member@acme.example")
    ask("owner", "POST", "orgs/{slug}/tickets", QUESTION | {"follow_up_of": number})
    ask("owner", "GET", own, number=number)


def handling(ask: Caller) -> None:
    desk, own = "desk/tickets/{number}", "orgs/{slug}/tickets/{number}"
    ask("lead", "POST", f"{desk}/claim", {})
    ask("lead", "POST", f"{desk}/note", {"body": "Like the one of May."})
    ask("lead", "POST", f"{desk}/release", {})
    ask("lead", "POST", f"{desk}/assign", {"to": "engineer@support.example"})
    ask("engineer", "POST", f"{desk}/reply", {"body": "Which disk?", "then": "wait"})
    ask("owner", "POST", f"{own}/messages", {"body": "All."})
    ask("engineer", "POST", f"{desk}/reply", {"body": "And now?"})
    ask("engineer", "POST", f"{desk}/wait", {})
    ask("engineer", "POST", f"{desk}/resolve", {})
    ask("owner", "POST", f"{own}/reopen", {})
    ask("engineer", "POST", f"{desk}/reply", {"body": "Done.", "then": "resolve"})
    ask("owner", "POST", f"{own}/close", {})
    ask("lead", "GET", desk)
    ask("owner", "GET", own)


def regrouping(ask: Caller) -> None:
    """Tickets of acme: one is regraded and split, merged into another and linked with it."""
    desk, own, new = "desk/tickets/{number}", "orgs/{slug}/tickets/{number}", "orgs/{slug}/tickets"
    one, two = (ask("owner", "POST", new, QUESTION)["number"] for _ in range(2))
    ask("owner", "POST", f"{own}/request-regrade", {"severity": "system_impaired", "reason": "Worse"}, number=one)
    ask("lead", "POST", f"{desk}/regrade", {"severity": "system_impaired", "reason": "worse"}, number=one)
    ask("lead", "POST", f"{desk}/reclassify", {"kind": "business", "reason": "A bill"}, number=one)
    message = ask("owner", "POST", f"{own}/messages", {"body": "And the bill?"}, number=one)["id"]
    ask("lead", "POST", f"{desk}/split", {"messages": [message], "subject": "The bill"}, number=one)
    ask("lead", "POST", f"{desk}/link", {"kind": "related", "to": two}, number=one)
    ask("lead", "POST", f"{desk}/merge", {"into": two}, number=one)
    ask("owner", "GET", f"{own}/timers/explain", number=one)
    ask("lead", "GET", f"{desk}/timers/explain", number=one)


def rating(ask: Caller) -> None:
    own, desk = "orgs/{slug}/tickets/{number}", "desk/tickets/{number}"
    ask("owner", "POST", f"{own}/callback", {"phone": "0571 8888", "when": "after 14:00"})
    ask("owner", "POST", f"{own}/callback/withdraw", {})
    ask("engineer", "POST", f"{desk}/reply", {"body": "It runs again.", "then": "resolve"})
    ask("owner", "POST", f"{own}/satisfaction", {"score": 5, "comment": "Quick."})
    ask("owner", "GET", own)
    ask("engineer", "GET", desk)


def queueing(ask: Caller) -> None:
    desk, text = "desk/tickets/{number}", {"subject": "No invoice", "body": "It did not come."}
    asked = {"organization": "acme", "channel": "im", "kind": "business", "severity": "guidance", "claim": True}
    filed = ask("engineer", "POST", "desk/tickets", asked | text | {"transcript": "Ann 10:23\nHello"})
    ask("engineer", "POST", f"{desk}/tags", {"add": ["vip"]})
    ask("engineer", "POST", f"{desk}/transcript", {"transcript": "Ann: Hello again"}, number=filed["number"])
    with tenancy.everything():
        ticket = access.any_ticket(filed["number"])
        request_callback(ticket=ticket, phone="0571 8888", when="", by=ticket.reporter, at=clock.now())
    ask("engineer", "GET", desk, number=filed["number"])
    ask("engineer", "POST", f"{desk}/called", {"outcome": "They have it."}, number=filed["number"])
    begun = ask("engineer", "POST", "desk/bulk", {"action": "tag", "add": ["late"], "view": "all"})
    ask("engineer", "POST", "desk/bulk/{number}/stop", {}, number=begun["id"])
    kept = ask("engineer", "POST", "desk/views", {"name": "Late", "view": "team", "filters": {"tag": "late"}})
    ask("engineer", "PATCH", "desk/views/{number}", {"name": "Very late", "position": 0}, number=kept["id"])
    ask("engineer", "DELETE", "desk/views/{number}", number=kept["id"])


def accepting(ask: Caller) -> None:
    """orbit is on the plan whose tickets are accepted first."""
    question = {"kind": "business", "severity": "guidance", "subject": "Invoices", "body": "Where?"}
    number = ask("other", "POST", "orgs/{slug}/tickets", question, slug="orbit")["number"]
    ask("engineer", "POST", "desk/tickets/{number}/accept", {}, number=number)


def booking(ask: Caller) -> None:
    """orbit holds the plan that has all services of customers."""
    orbit = Organization.objects.get(slug="orbit")
    plan = {"tier": "enterprise", "cycle": "yearly", "order_number": "O-1", "by": None}
    with tenancy.everything():
        start_subscription(organization=orbit, at=clock.now(), **plan)
    wish = {"service": "escort_basic", "days": 1, "contact": "Ann", "description": "Sale", "acknowledge_binding": True}
    days = [(clock.today() + timedelta(days=ahead)).isoformat() for ahead in (0, 40, 80)]
    path, desk = "orgs/{slug}/bookings", "desk/bookings/{number}"
    later = ask("other", "POST", path, wish | {"starts_on": days[1]}, slug="orbit")["id"]
    ask("other", "POST", f"{path}/{{number}}/reschedule", {"starts_on": days[2]}, slug="orbit", number=later)
    ask("lead", "POST", f"{desk}/reject", {"reason": "Nobody is free."}, number=later)
    other = ask("other", "POST", path, wish | {"starts_on": days[1]}, slug="orbit")["id"]
    ask("other", "POST", f"{path}/{{number}}/withdraw", {}, slug="orbit", number=other)
    now = ask("other", "POST", path, wish | {"starts_on": days[0]}, slug="orbit")["id"]
    ask("tam", "POST", f"{desk}/confirm", {"details": {"event_kind": "launch"}}, number=now)
    preparing(ask, now)
    ask("tam", "POST", f"{desk}/start", {}, number=now)
    patrolling(ask, now)
    planning(ask)
    ask("tam", "POST", f"{desk}/complete", {"summary": "All went well."}, number=now)


def training(ask: Caller) -> None:
    """A session from its draft to its cancellation, what a partner needs, its plan, a lesson."""
    desk, own, now = "desk/trainings/{number}", "orgs/{slug}/trainings/{number}", clock.now()
    times = {"starts_at": api_time(now + timedelta(days=3)), "ends_at": api_time(now + timedelta(days=3, hours=1))}
    titles = {"title_en": "Nets", "title_zh": "网", "topic": "network"}
    fields = titles | times | {"mode": "online", "meeting": "1", "seats": 2, "tiers": ["customer/developer"]}
    number = ask("tam", "POST", "desk/trainings", fields)["id"]
    ask("tam", "PATCH", desk, {"seats": 3}, number=number)
    ask("tam", "POST", f"{desk}/publish", number=number)
    ask("tam", "POST", f"{desk}/cancel", {"because": "Ill"}, number=number)
    place = ask("owner", "POST", f"{own}/places", {"name": "Bo", "email": "bo@acme.example"})["id"]
    ask("owner", "PATCH", f"{own}/places/{{place}}", {"name": "Bob"}, place=place)
    ask("owner", "DELETE", f"{own}/places/{{place}}", place=place)
    session = TrainingSession.objects.earliest("pk")
    TrainingSession.objects.filter(pk=session.pk).update(starts_at=now - timedelta(hours=2), ends_at=now)
    ask("owner", "POST", f"{own}/places/{{place}}/rating", {"rating": 5, "comment": "Good"})
    ask("tam", "POST", f"{desk}/attendance", {"present": []})
    pine = Organization.objects.get(slug="pine")
    with tenancy.organization(pine.pk):
        start_subscription(organization=pine, tier="premium", cycle="yearly", at=now, order_number="O-9", by=None)
    needs = {"topics": ["network"], "modes": ["online"], "people": 2, "wishes": "IPv6"}
    ask("tam", "PUT", "orgs/{slug}/training-needs", needs, slug="pine")
    plan = "desk/training-plans/{slug}/{quarter}"
    ask("tam", "PUT", plan, {"body": "Nets first", "sessions": [session.pk]}, slug="pine")
    ask("tam", "POST", f"{plan}/publish", slug="pine")
    ask("lead", "GET", "desk/training-needs")
    video = ask("tam", "POST", "desk/training-videos", titles | {"url": "https://videos.example/3"})["id"]
    ask("tam", "PATCH", "desk/training-videos/{number}", {"published": True}, number=video)


def operating(ask: Caller) -> None:
    ask("admin", "PUT", "operator/calendar/{day}", {"is_working": False, "note": "Moving house"})
    version = ask("admin", "GET", "operator/catalogue")["results"][0]
    ask("admin", "POST", "operator/catalogue", version | {"version": "2099-01-01", "effective_on": "2099-01-01"})
    new = {"slug": "fresh", "name": "Fresh", "kind": "partner", "partner_type": "consulting"}
    ask("admin", "POST", "operator/organizations", new | {"owner_email": "owner@fresh.example"})
    ask("admin", "POST", "operator/organizations/{slug}/disable", {"reason": "Unpaid"})
    ask("admin", "POST", "operator/organizations/{slug}/enable", {"reason": "Paid"})
    usage = {"record_id": "R-1", "organization": "acme", "product": "ecs", "category": "cloud_service"}
    usage |= {"charge_mode": "on_demand", "starts_on": "2026-11-01", "ends_on": "2026-11-02", "list_amount": "5.00"}
    ask("billing_operator", "POST", "operator/usage", [usage, usage | {"list_amount": "6.00"}, usage])
    last_month = str(Month.of_instant(clock.now()).previous())
    ask("billing_operator", "POST", "operator/settlements", {"month": last_month})
    ask("admin", "PUT", "operator/clock", {"now": api_time(clock.now() + timedelta(minutes=1))})
