"""Words of one tenant never stand in another's report or mail (spec page 6, section 6.2)."""

from __future__ import annotations

import json
from io import BytesIO

from django.core import mail
from pypdf import PdfReader

from care.models import Recommendation
from common import clock, outbox, tenancy
from tests.care.report_stage import (
    DUE,
    MADE,
    OCTOBER,
    beijing,
    data_of,
    enterprise,
    feed,
    made,
    plan,
    report_of,
    work,
)
from tests.tickets.conftest import catalogue, file, reply

__all__ = ["catalogue", "enterprise"]


def test_words_of_one_tenant_are_never_in_anothers_report_or_mail(people, enterprise, settings):
    """Each has canaries in tickets, feeds, names and earlier reports; none flies over the wall."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tenants = {"acme": (people.acme, people.owner), "orbit": (people.orbit, people.outsider)}
    for slug, (organization, owner) in tenants.items():
        word = f"canary-{slug}"
        enterprise(organization)
        ticket = file(organization, owner, beijing("2026-11-05T09:00"), subject=word, body=word, product="ecs")
        reply(ticket, people.engineer, beijing("2026-11-05T10:00"), body=word)
        for month, at in ((OCTOBER, beijing("2026-11-01T03:00")), (None, MADE)):
            given = {} if month is None else {"month": month, "at": at}
            plan(*([month] if month else []))
            feed(
                organization,
                **given,
                resources=[{"id": word, "name": word, "zone": word, "state": "stopped"}],
                load=[{"id": word, "name": word, "cpu": {"p95": 99}}],
                security=[{"kind": "iam_user", "name": word, "mfa": False}],
                consumption=[{"product": word, "amount": "10.00"}],
            )
            made(organization, *([month] if month else []), at=at)
    for slug, (organization, _owner) in tenants.items():
        report = report_of(organization)
        other = "canary-orbit" if slug == "acme" else "canary-acme"
        with tenancy.everything():
            rows = list(Recommendation.objects.filter(report=report).values("text", "evidence"))
        whole = json.dumps([data_of(report), report.sections, rows], ensure_ascii=False, default=str)
        assert f"canary-{slug}" in whole
        assert other not in whole
    work()
    with clock.at(DUE):
        outbox.relay()
    letters = [one for one in mail.outbox if one.attachments]
    assert sorted(one.to[0] for one in letters) == 2 * ["support@acme.example"] + 2 * ["support@orbit.example"]
    for letter in letters:
        own, other = ("acme", "orbit") if "acme" in letter.to[0] else ("orbit", "acme")
        words = letter.body + "".join(
            page.extract_text() for page in PdfReader(BytesIO(letter.attachments[0][1])).pages
        )
        assert f"canary-{own}" in words
        assert f"canary-{other}" not in words
        assert f"support@{other}.example" not in words
