"""Beside the conversation at the desk: who the organization is, similar tickets, looks into attachments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from addons.models import Booking
from common import clock, tenancy
from supportplans import provisioning
from supportplans.models import ProvisioningTask
from tests.cast import browser_of
from tests.tickets.conftest import NOON, act, file, reply
from tests.tickets.desk_browser import LATER, _at_noon, address, budget, catch, desk  # noqa: F401
from tickets import access
from tickets.attachment_preview import decoded
from tickets.average_satisfaction import satisfaction_of
from tickets.desk.similar_tickets import similar_to
from tickets.handling import resolve
from tickets.models import Ticket


@pytest.fixture(autouse=True)
def _files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


# ---- the organization card ---------------------------------------------------------------------------


def rate(ticket: Ticket, score: int, at) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(satisfaction=score, rated_at=at)


def test_ratings_of_90_days_are_averaged(plans):
    with tenancy.everything():
        assert satisfaction_of(plans.orbit, at=NOON) is None
        for score, days in ((5, 1), (4, 89), (1, 90), (4, 0)):
            rate(file(plans.orbit, plans.outsider), score, LATER - timedelta(days=days))
        rate(file(plans.acme, plans.member), 1, LATER)
        found = satisfaction_of(plans.orbit, at=LATER)
    # (5 + 4 + 4) / 3; the one of 90 days ago is forgotten, another organization's is not counted.
    assert (str(found.score), found.ratings) == ("4.3", 3)


def test_the_card_tells_who_looks_after_them_and_what_is_booked(desk, plans, on_tier, catch):
    path = reverse("portal:organization_card", args=["acme"])
    on_tier(plans.acme, "enterprise")
    assert "not assigned yet" in desk().get(path).content.decode()
    with tenancy.everything():
        task = ProvisioningTask.objects.get(organization=plans.acme, kind="tam")
        provisioning.complete(task=task, by=plans.lead, at=NOON, person=plans.tam, deputy=plans.lead)
        for status, day in (("confirmed", 30), ("withdrawn", 28)):
            Booking.objects.create(
                organization=plans.acme,
                service="escort_basic",
                unit="natural_day",
                status=status,
                starts_on=f"2026-11-{day}",
                ends_on=f"2026-11-{day}",
                days=1,
                period_start="2026-11-01",
                contact="Li Wei",
                description="Launch",
                requested_by=plans.member,
                created_at=NOON,
            )
        rate(file(plans.acme, plans.member), 4, NOON)
    card = desk().get(path).content.decode()
    for words in ("Tam", "(deputy)", "4.0", "1 rating in 90 days", "Escort service", "30 Nov 2026", "Confirmed"):
        assert words in card, words
    assert "28 Nov 2026" not in card
    assert reverse("supportplans:plan", args=["acme"]) in card
    assert budget(desk(), path, catch) <= 8


# ---- similar tickets -----------------------------------------------------------------------------------


def test_similar_tickets_share_most_of_the_words(plans):
    def filed(subject, organization=plans.orbit, by=plans.outsider, **more) -> Ticket:
        return file(organization, by, subject=subject, **more)

    ticket = filed("数据库 connection refused after upgrade", product="rds")
    near = filed("Connection refused by the 数据库", product="ecs")
    other_house = filed("数据库 connection refused", organization=plans.acme, by=plans.member, product="rds")
    filed("The invoice is refused")
    reply(near, plans.engineer, LATER)
    act(resolve, near, plans.engineer, LATER)
    with tenancy.everything():
        assert [one.pk for one in similar_to(ticket)] == [other_house.pk, near.pk]
    page = browser_of(plans.engineer).get(address("desk_similar", ticket)).content.decode()
    assert page.index("Acme") < page.index("Resolved")
    assert "Nothing like it" in browser_of(plans.engineer).get(address("desk_similar", filed("!!!"))).content.decode()


# ---- attachments ---------------------------------------------------------------------------------------


@pytest.fixture
def files(plans):
    """One of each kind, by its name's extension."""
    contents = {
        "note.txt": "<script>alert(1)</script> 磁盘".encode("gb18030"),
        "plan.pdf": b"%PDF-1.7\n",
        "shot.png": b"\x89PNG\r\n\x1a\n0000",
        "all.zip": b"PK\x03\x04",
    }
    sent = [SimpleUploadedFile(name, content) for name, content in contents.items()]
    ticket = file(plans.orbit, plans.outsider, attachments=sent)
    with tenancy.everything():
        (opening,) = access.messages_of(ticket, internal=False)
    return ticket, {one.name.split(".")[1]: one.key for one in opening.files}


def look(person, files, kind, name="desk_attachment_preview"):
    ticket, keys = files
    browser = browser_of(person, **{"HX-Request": "true"})
    return browser.get(reverse(f"tickets:{name}", args=[ticket.number, keys[kind]]))


def test_a_text_is_shown_as_characters(plans, files):
    shown = look(plans.engineer, files, "txt").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 磁盘" in shown
    assert "<script" not in shown


def test_pictures_and_pdfs_are_shown_and_others_are_not(plans, files):
    assert 'class="preview-picture"' in look(plans.engineer, files, "png").content.decode()
    assert 'class="preview-pdf"' in look(plans.engineer, files, "pdf").content.decode()
    assert "Files of this kind are not shown here" in look(plans.engineer, files, "zip").content.decode()
    assert look(plans.outsider, files, "txt").status_code == 404


def test_only_a_pdf_stands_in_a_frame_and_only_of_this_site(plans, files):
    answer = look(plans.engineer, files, "pdf", "desk_attachment_frame")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7\n"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="plan.pdf"'
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    for kind in ("txt", "png", "zip"):
        assert look(plans.engineer, files, kind, "desk_attachment_frame").status_code == 404


def test_nothing_else_may_be_framed_and_only_the_ticket_frames(plans, files):
    page = browser_of(plans.engineer).get(address("desk_ticket", files[0]))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src" not in browser_of(plans.engineer).get(reverse("tickets:queue"))["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("磁盘".encode(), "磁盘"),
        ("磁盘".encode("gb18030"), "磁盘"),
        ("磁盘".encode("utf-16"), "磁盘"),
        (b"\xef\xbb\xbfa", "a"),
        (b"", ""),
        (("盘" * 30_000).encode()[: 64 * 1024], "盘" * 21_845),
    ],
)
def test_texts_are_read_in_their_own_encoding(content, text):
    assert decoded(content) == text


# ---- waiting --------------------------------------------------------------------------------------------


def test_a_ticket_that_waits_says_so(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, LATER, then="wait")
    with clock.at(LATER):
        page = browser_of(plans.engineer).get(address("desk_ticket", ticket)).content.decode()
    assert "Waits for the customer since" in page
    assert "1 Dec 2026" in page
