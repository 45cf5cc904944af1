import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from common import tenancy
from common.problems import ServiceUnavailable
from tests.tickets.conftest import at, file, message, own
from tickets import access, attachments, closing
from tickets.attachment_types import LARGEST_BYTES
from tickets.conversation import note
from tickets.models import Attachment, Message
from tickets.refusals import AttachmentRejected

WHEN = at("2026-11-24 12:10")


@pytest.fixture(autouse=True)
def _files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def log_file(name="trace.log", content=b"ERROR 0x17\n"):
    return SimpleUploadedFile(name, content, content_type="text/html")


def status_of(client, path) -> int:
    answer = client.get(path)
    answer.close()
    return answer.status_code


def test_a_file_is_kept_under_a_name_nobody_can_guess(plans, ticket):
    written = message(ticket, plans.outsider, WHEN, files=[log_file("../../日志.log")])
    with tenancy.everything():
        (row,) = Attachment.objects.all()
    assert (row.name, row.size, row.content_type) == ("日志.log", 11, "text/plain")
    assert (row.message_id, row.organization_id) == (written.pk, plans.orbit.pk)
    assert len(row.key) == 43
    stored = attachments.stored_name(row)
    assert stored == f"attachments/{plans.orbit.pk}/{row.key}"
    with default_storage.open(stored) as kept:
        assert kept.read() == b"ERROR 0x17\n"


def test_files_come_with_the_ticket_too(plans):
    ticket = file(plans.orbit, plans.outsider, attachments=[log_file(), log_file("two.txt")])
    with tenancy.everything():
        (opening,) = access.messages_of(ticket, internal=False)
    assert [kept.name for kept in opening.files] == ["trace.log", "two.txt"]


@pytest.mark.parametrize(
    "files",
    [
        [SimpleUploadedFile("a.html", b"<script>")],
        [SimpleUploadedFile("a.png", b"<svg onload=alert(1)>")],
        [log_file(), SimpleUploadedFile("a.svg", b"<svg>")],
        [log_file() for _ in range(11)],
        [SimpleUploadedFile("big.log", b"x" * (LARGEST_BYTES + 1))],
    ],
    ids=["html", "svg as png", "second", "eleven", "too large"],
)
def test_a_rejected_file_leaves_nothing_behind(plans, ticket, files, tmp_path):
    with pytest.raises(AttachmentRejected):
        message(ticket, plans.outsider, WHEN, files=files)
    with pytest.raises(AttachmentRejected):
        file(plans.orbit, plans.outsider, attachments=files)
    with tenancy.everything():
        assert not Attachment.objects.exists()
        assert Message.objects.count() == 1
    assert not list(tmp_path.rglob("*"))


def test_ten_files_of_20_megabytes_are_taken(plans, ticket):
    big = SimpleUploadedFile("big.log", b"x" * LARGEST_BYTES)
    message(ticket, plans.outsider, WHEN, files=[big, *(log_file() for _ in range(9))])
    with tenancy.everything():
        assert Attachment.objects.count() == 10


def test_a_full_disk_is_told_and_stores_nothing(plans, ticket, monkeypatch, tmp_path):
    real, calls = default_storage.save, []

    def save(name, content):
        calls.append(name)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(name, content)

    monkeypatch.setattr(default_storage, "save", save)
    with pytest.raises(ServiceUnavailable):
        message(ticket, plans.outsider, WHEN, files=[log_file(), log_file()])
    with tenancy.everything():
        assert Message.objects.count() == 1
        assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_downloaded_and_never_shown(plans, ticket, api):
    message(ticket, plans.outsider, WHEN, files=[log_file("evil.txt", b"<script>alert(1)</script>")])
    with tenancy.everything():
        (row,) = Attachment.objects.all()
    path = f"/api/v1/orgs/orbit/tickets/{ticket.number}/attachments/{row.key}"
    answer = api(plans.outsider).get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == 'attachment; filename="evil.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_only_who_reaches_the_ticket_reaches_its_files(plans, ticket, api):
    message(ticket, plans.outsider, WHEN, files=[log_file()])
    other = file(plans.acme, plans.member)
    with tenancy.everything():
        (row,) = Attachment.objects.all()
    own_path = f"/api/v1/orgs/orbit/tickets/{ticket.number}/attachments/{row.key}"
    assert api(plans.member).get(own_path).status_code == 404
    assert api().get(own_path).status_code == 401
    # The key of another organization's file under one's own ticket.
    swapped = f"/api/v1/orgs/acme/tickets/{other.number}/attachments/{row.key}"
    assert api(plans.member).get(swapped).status_code == 404
    desk = f"/api/v1/desk/tickets/{ticket.number}/attachments/{row.key}"
    assert api(plans.outsider).get(desk).status_code == 404
    assert status_of(api(plans.engineer), desk) == 200


def test_files_of_internal_notes_are_for_the_staff(plans, ticket, api):
    with tenancy.everything():
        note(ticket=ticket, by=plans.engineer, body="See the trace.", at=WHEN, files=[log_file()])
        (row,) = Attachment.objects.all()
    path = f"tickets/{ticket.number}/attachments/{row.key}"
    assert api(plans.outsider).get(f"/api/v1/orgs/orbit/{path}").status_code == 404
    assert api(plans.engineer).get(f"/api/v1/orgs/orbit/{path}").status_code == 404
    assert status_of(api(plans.engineer), f"/api/v1/desk/{path}") == 200


def test_a_lost_file_is_not_found(plans, ticket, api):
    message(ticket, plans.outsider, WHEN, files=[log_file()])
    with tenancy.everything():
        (row,) = Attachment.objects.all()
    default_storage.delete(attachments.stored_name(row))
    own(closing.close, ticket, plans.outsider, WHEN)
    path = f"/api/v1/orgs/orbit/tickets/{ticket.number}/attachments/{row.key}"
    assert api(plans.outsider).get(path).status_code == 404
