"""More requests that succeed: words and steps kept for reuse, rosters, turns, and what tells others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Organization
from common import clock, tenancy
from common.beijing import date_of
from supportplans.models import ProvisioningTask
from supportplans.subscriptions import start_subscription
from tickets.mail import parking
from tickets.models import ReceivedMail

Ask = Any
QUESTION = {"kind": "technical", "severity": "guidance", "subject": "Disks", "body": "Which?", "region": "none"}
_NEW = "orgs/{slug}/tickets"


def reusing(ask: Ask) -> None:
    """A canned reply and a macro are written, changed, used and deleted."""
    canned, macros, ticket = "desk/canned-replies", "desk/macros", "desk/tickets/{number}"
    reply = ask("lead", "POST", canned, {"title": "Hello", "body_en": "Hello {{ customer.name }}", "shared": True})[
        "id"
    ]
    ask("lead", "PATCH", f"{canned}/{{number}}", {"title": "Welcome"}, number=reply)
    macro = ask("lead", "POST", macros, {"name": "Greet", "steps": [{"do": "tag", "tag": "new"}]})["id"]
    ask("lead", "PATCH", f"{macros}/{{number}}", {"name": "Greet at once"}, number=macro)
    number = ask("owner", "POST", _NEW, QUESTION)["number"]
    ask("engineer", "POST", f"{ticket}/run-macro", {"macro": macro}, number=number)
    ask("lead", "DELETE", f"{macros}/{{number}}", number=macro)
    ask("lead", "DELETE", f"{canned}/{{number}}", number=reply)
    spare = {"reason": "code_development", "body": "Plans do not cover this."}
    ask("engineer", "POST", f"{ticket}/close-out-of-scope", spare, number=number)


def taking_turns(ask: Ask) -> None:
    """A shift is written and moved, a handover left, a turn taken, and the customer urges."""
    begins, roster = clock.now(), "desk/roster/shifts"
    hours = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=8)).isoformat()}
    shift = ask("lead", "POST", roster, {"person": "engineer@support.example", **hours})["id"]
    ask("lead", "PATCH", f"{roster}/{{number}}", {"note": "Early"}, number=shift)
    next_week = date_of(begins + timedelta(days=7)).isoformat()
    ask("lead", "POST", "desk/roster/copy-week", {"week": next_week})
    ask("engineer", "POST", "desk/handovers", {"body": "Nothing is left."})
    number = ask("owner", "POST", _NEW, QUESTION)["number"]
    ask("owner", "POST", f"{_NEW}/{{number}}/urge", {}, number=number)
    ask("engineer", "POST", "desk/next", {})
    ask("lead", "DELETE", f"{roster}/{{number}}", number=shift)


def sorting_mail(ask: Ask) -> None:
    """A parked mail is put aside, taken back and filed; another one is added to its sender's ticket."""
    mail = "desk/mail/{mail}"
    ask("engineer", "POST", f"{mail}/discard")
    ask("engineer", "POST", f"{mail}/take-back")
    ask("engineer", "POST", f"{mail}/file", QUESTION | {"organization": "acme"})
    with tenancy.everything():
        at, sender = clock.now(), "owner@acme.example"
        row = ReceivedMail.objects.create(key="second", sender=sender, subject="Hello", outcome="parked", at=at)
        second = parking.park(row, b"From: owner@acme.example\r\nSubject: Hello\r\n\r\nPlease help.\r\n")
    number = ask("owner", "POST", _NEW, QUESTION)["number"]
    ask("engineer", "POST", f"{mail}/attach", {"number": number}, mail=second.pk)


def telling(ask: Ask) -> None:
    """Webhooks of acme, an IM group of orbit, which has the plan for it, and what people read of it."""
    _endpoint(ask, "owner", "acme", "webhooks", {"url": "https://hooks.example.com/new", "events": ["report.ready"]})
    ask("owner", "POST", "orgs/{slug}/webhooks/{number}/deliveries/{delivery}/resend", {})
    ask("owner", "POST", "orgs/{slug}/im-groups/{number}/deliveries/{delivery}/resend", {})
    plan = {"tier": "enterprise", "cycle": "yearly", "order_number": "O-1", "by": None}
    with tenancy.everything():
        start_subscription(organization=Organization.objects.get(slug="orbit"), at=clock.now(), **plan)
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=new"
    _endpoint(ask, "other", "orbit", "im-groups", {"kind": "wecom", "url": url, "events": ["report.ready"]})
    ask("owner", "PATCH", "me/notification-settings", {"digest": True})
    for path in ("notifications/{number}", "orgs/{slug}/notifications/{number}"):
        ask("owner", "PATCH", path, {"read": True})
    ask("owner", "POST", "notifications/read-all", {})
    ask("owner", "DELETE", "orgs/{slug}/notifications/{number}")
    ask("member", "DELETE", "notifications/{number}")


def _endpoint(ask: Ask, role: str, slug: str, kind: str, wish: dict[str, Any]) -> None:
    path = f"orgs/{{slug}}/{kind}"
    made = ask(role, "POST", path, wish, slug=slug)["id"]
    ask(role, "PATCH", f"{path}/{{number}}", {"enabled": True}, slug=slug, number=made)
    ask(role, "POST", f"{path}/{{number}}/test", {}, slug=slug, number=made)
    if kind == "webhooks":
        ask(role, "POST", f"{path}/{{number}}/rotate-secret", {}, slug=slug, number=made)
    ask(role, "DELETE", f"{path}/{{number}}", slug=slug, number=made)


def setting_up(ask: Ask) -> None:
    """A manager is assigned, by mistake, and again; a note is written, changed and followed up."""
    task, people = "desk/provisioning/{number}", {"person": "tam@support.example", "deputy": "lead@support.example"}
    ask("lead", "POST", f"{task}/complete", people)
    ask("lead", "POST", f"{task}/take-back", {})
    ask("tam", "POST", f"{task}/complete", people)
    with tenancy.everything():
        retired = ProvisioningTask.objects.get(kind="tam")
        retired.state, retired.retired_at = "retired", clock.now()
        retired.save(update_fields=["state", "retired_at"])
    ask("tam", "POST", f"{task}/take-down", {})
    notes = "desk/orgs/{slug}/tam-notes"
    written = ask("tam", "POST", notes, {"kind": "need", "body": "Twice the quota"})
    day = date_of(clock.now()).isoformat()
    ask("tam", "PATCH", f"{notes}/{{number}}", {"body": "Thrice", "follow_up_on": day}, number=written["id"])
    ask("lead", "POST", f"{notes}/{{number}}/followed-up", {}, number=written["id"])
