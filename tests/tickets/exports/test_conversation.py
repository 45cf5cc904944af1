"""One conversation as a PDF: facts and public messages, nothing of the desk's, nothing that runs (spec page 4.5)."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock, tenancy
from tests.tickets.conftest import NOON, at, file, fresh, message, reply
from tickets.conversation import note
from tickets.exports import conversation
from tickets.secrets import Given

LATER = at("2026-11-24 18:00")
TYPST = '#panic("run") #read("/etc/passwd") \\u{1F} $ x $ "quoted" */ // {{ }} %}'


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    found = file(
        plans.orbit, plans.outsider, subject=f"磁盘满了 {TYPST}", product="rds", secrets=(Given("Root", "s3cret-pw"),)
    )
    with tenancy.everything():
        note(ticket=found, by=plans.engineer, body="Keep this inside.", at=NOON)
    log = SimpleUploadedFile("error #1 [日志].log", b"x", "text/plain")
    reply(found, plans.engineer, at("2026-11-24 14:05"), f"# Plan\n\n1. **restart**\n2. {TYPST}", files=[log])
    message(
        found, plans.outsider, at("2026-11-24 15:30"), "```\n  df -h\n```\n\n| disk | used |\n|---|---|\n| a | 97 % |"
    )
    return found


def pages(answer) -> list[str]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def test_facts_and_public_messages_stand_in_order(plans, ticket, browse):
    answer = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}/conversation.pdf")
    assert answer["Content-Disposition"] == f'inline; filename="{ticket.number}.pdf"'
    (text,) = pages(answer)
    places = [
        text.index(part)
        for part in (
            ticket.number,
            "Production system impaired",
            "One in twenty requests fails",
            "restart",
            "error #1 [日志].log",
            "24 Nov 2026, 15:30",
            "df -h",
            "97 %",
            "Beijing time",
        )
    ]
    assert places == sorted(places)
    assert "24 Nov 2026, 14:05" in text
    assert "Orbit" in text
    assert "Support" in text


def test_what_people_wrote_is_text_and_never_typst(plans, ticket, api):
    (text,) = pages(api(plans.outsider).get(f"/api/v1/orgs/orbit/tickets/{ticket.number}.pdf"))
    flat = "".join(text.split())
    assert flat.count('#panic("run")#read("/etc/passwd")') == 2
    assert "root:" not in text


def test_notes_and_secrets_are_in_nobodys_file(plans, ticket, browse):
    for reader in (plans.outsider, plans.engineer, plans.admin):
        text = "\n".join(pages(browse(reader).get(f"/o/orbit/tickets/{ticket.number}/conversation.pdf")))
        assert "Keep this inside" not in text
        assert "s3cret-pw" not in text
        assert "Root" not in text


def test_in_chinese(plans, ticket, browse):
    browser = browse(plans.outsider, **{"Accept-Language": "zh-Hans"})
    (text,) = pages(browser.get(f"/o/orbit/tickets/{ticket.number}/conversation.pdf"))
    assert "磁盘满了" in text
    assert "2026年11月24日 14:05" in text
    assert "生产系统异常" in text


def test_a_long_conversation_has_numbered_pages_and_flat_statements(
    plans, ticket, browse, django_assert_max_num_queries
):
    for count in range(30):
        message(ticket, plans.outsider, NOON + timedelta(minutes=count), f"Message {count}. " + "很长 long words " * 40)
    browser = browse(plans.outsider)
    with django_assert_max_num_queries(20):
        found = pages(browser.get(f"/o/orbit/tickets/{ticket.number}/conversation.pdf"))
    assert len(found) > 3
    assert f"Page 2 of {len(found)}" in found[1]
    assert "Message 29." in found[-1]


def test_what_is_too_long_for_one_document_comes_in_parts(plans, ticket, api, monkeypatch):
    monkeypatch.setattr(conversation, "PART_WEIGHT", 5)
    client, path = api(plans.outsider), f"/api/v1/orgs/orbit/tickets/{ticket.number}.pdf"
    first, second = ("\n".join(pages(client.get(path, {"part": part}))) for part in (1, 2))
    assert ("One in twenty" in first, "One in twenty" in second) == (True, False)
    assert ("df -h" in first, "df -h" in second) == (False, True)
    assert "This is part 2 of 2." in second
    assert client.get(path, {"part": 3}).status_code == 404
    assert client.get(path, {"part": 0}).status_code == 404
    assert client.get(path, {"part": "two"}).status_code == 200


def test_another_organizations_conversation_does_not_exist(plans, ticket, api, browse):
    for client, slug in ((api(plans.member), "orbit"), (api(plans.member), "acme"), (api(plans.viewer), "acme")):
        assert client.get(f"/api/v1/orgs/{slug}/tickets/{ticket.number}.pdf").status_code == 404
    assert browse(plans.member).get(f"/o/acme/tickets/{ticket.number}/conversation.pdf").status_code == 404
    assert api(plans.outsider).get("/api/v1/orgs/orbit/tickets/T-2026-0000000.pdf").status_code == 404


def test_both_sides_pages_lead_to_it(plans, ticket, browse):
    address = f'href="/o/orbit/tickets/{ticket.number}/conversation.pdf"'
    assert address in browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert address in browse(plans.engineer).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert fresh(ticket).status == "in_progress"
