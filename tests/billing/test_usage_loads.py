"""Files of usage: the command, the upload and its worker, killed and going on, and the desk's pages of them."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from billing.models import UsageLoad, UsageRecord, UsageReject
from billing.usage import loads as usage_loads
from billing.usage import uploads as usage_uploads
from billing.usage.lines import UsageLines
from billing.usage.records import FIELDS
from billing.usage.wording import record_sentence
from common import outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from tests.billing.conftest import NOON
from tests.billing.test_usage_lines import HEADER, csv_line, ndjson
from tests.billing.test_usage_records import GOOD
from tests.cast import browser_of

LOADS = "/desk/billing/usage-loads"


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    monkeypatch.setattr(usage_loads, "RECORDS_OF_A_SLICE", 3)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def csv_file(count: int, *more: str) -> str:
    return "\n".join([HEADER, *(csv_line(record_id=f"r-{number}") for number in range(count)), *more]) + "\n"


def stored() -> int:
    with tenancy.everything():
        return UsageRecord.objects.count()


def load_file(path, *options):
    """Exit code and what was written."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("load_usage", str(path), *options, stdout=out, stderr=err)
    except SystemExit as left:
        return left.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


# ---- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["feed.csv", "feed.csv.gz", "feed.ndjson"])
def test_the_command_loads_a_file_and_again_changes_nothing(people, tmp_path, name):
    content = ndjson(*(GOOD | {"record_id": f"r-{n}"} for n in range(7))) if "ndjson" in name else csv_file(7)
    path = tmp_path / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith("gz") else content.encode())
    code, out, err = load_file(path)
    assert (code, err) == (0, "")
    assert out.startswith("7 accepted, 0 duplicates, 0 rejected; ")
    assert load_file(path)[1].startswith("0 accepted, 7 duplicates, 0 rejected; ")
    assert stored() == 7
    load = UsageLoad.objects.latest("pk")
    assert (load.source, load.status, load.duplicates, load.by) == (name, "finished", 7, None)
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="usage.loaded").count() == 2
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_the_command_names_rejects_and_writes_them_to_a_file(people, tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text(csv_file(4, "=1,2", csv_line(record_id="=cmd", organization="nobody")))
    code, out, err = load_file(path)
    assert code == 1
    assert "4 accepted, 0 duplicates, 2 rejected" in out
    assert err.splitlines() == [
        "line 6: This line has 2 cells, the header has 9.",
        "line 7 (=cmd): There is no organization nobody. Give its address (slug).",
    ]
    rejects = tmp_path / "feed.csv.rejects.csv"
    assert f"rejected records: {rejects}" in out
    rows = list(csv.reader(io.StringIO(rejects.read_text("utf-8-sig"))))
    assert [row[:3] for row in rows] == [
        ["line", "record_id", "code"],
        ["6", "", "wrong_columns"],
        ["7", "'=cmd", "unknown_organization"],
    ]
    assert stored() == 4


def test_of_many_rejects_the_screen_shows_the_first_and_the_file_all(people, tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text(csv_file(1, *["x"] * 30))
    code, _out, err = load_file(path, "--rejects", str(tmp_path / "bad.csv"))
    assert code == 1
    assert err.splitlines()[19:] == ["line 22: This line has 1 cells, the header has 9.", "… and 10 more"]
    assert len((tmp_path / "bad.csv").read_text().splitlines()) == 31


def test_the_command_reads_standard_input(people, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(csv_file(4).encode())))
    code, _out, _err = load_file("-")
    assert (code, stored()) == (0, 4)
    assert UsageLoad.objects.get().source == "-"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing in it."),
        (b"PK\x03\x04", "Excel workbook"),
        (b"a,b\n", "The first line must name the columns: record_id,"),
        (b"\x1f\x8bnonsense", "no whole gzip file"),
        (None, "No such file or directory"),
    ],
)
def test_the_command_says_why_it_cannot_read_a_file(people, tmp_path, content, sentence):
    path = tmp_path / "feed.csv"
    if content is not None:
        path.write_bytes(content)
    code, _out, error = load_file(path)
    assert code == 2
    assert sentence in error
    assert not UsageLoad.objects.exists()


def test_what_stands_before_a_fault_of_the_file_is_stored_and_the_load_failed(people, tmp_path):
    path = tmp_path / "feed.csv"
    path.write_bytes(csv_file(5).encode() + csv_line(record_id="r-9", product="云服务器").encode("gb18030"))
    code, out, error = load_file(path)
    assert (code, stored()) == (2, 5)
    assert "Line 7 is not UTF-8 but looks like GB18030" in error
    assert "5 accepted" in out
    packed = gzip.compress(csv_file(500).encode())
    path.write_bytes(packed[: len(packed) // 2])
    assert "no whole gzip file" in load_file(path)[2]
    assert [load.status for load in UsageLoad.objects.all()] == ["failed", "failed"]


def test_an_interrupted_command_leaves_a_failed_load_with_what_was_stored(people, monkeypatch):
    def interrupt(load, _rejected):
        if load.accepted == 6:
            raise KeyboardInterrupt

    load = usage_loads.begin(source="feed.csv", total_bytes=0, at=NOON, by=None)
    lines = UsageLines(io.BytesIO(csv_file(10).encode()))
    with pytest.raises(KeyboardInterrupt):
        usage_loads.load_stream(load=load, lines=lines, told=interrupt)
    load = UsageLoad.objects.get()
    assert (load.status, load.accepted, stored()) == ("failed", 6, 6)
    assert "Load it again" in load.failure


def test_a_killed_command_is_called_failed_after_a_day(db):
    load = usage_loads.begin(source="feed.csv", total_bytes=0, at=NOON, by=None)
    upload = usage_loads.begin(source="feed.csv", total_bytes=0, at=NOON, by=None)
    UsageLoad.objects.filter(pk=upload.pk).update(file="usage-loads/x")
    assert usage_loads.close_abandoned(at=NOON + timedelta(hours=23)) == 0
    assert usage_loads.close_abandoned(at=NOON + timedelta(hours=25)) == 1
    assert usage_loads.close_abandoned(at=NOON + timedelta(hours=26)) == 0
    assert [row.status for row in UsageLoad.objects.order_by("pk")] == ["failed", "running"]
    assert UsageLoad.objects.get(pk=load.pk).finished_at == NOON + timedelta(hours=25)


# ---- uploads and their worker --------------------------------------------------------------------------------------


def upload(browser, content: str | bytes, name: str = "feed.csv"):
    raw = content.encode() if isinstance(content, str) else content
    return browser.post(LOADS, {"file": SimpleUploadedFile(name, raw), "idempotency_key": "k"})


@pytest.fixture
def operator(people):
    return browser_of(people.billing_operator)


def work() -> None:
    """The worker's slow lane until nothing waits."""
    while outbox.relay(slow=True):
        pass


@pytest.mark.parametrize("packed", [False, True])
def test_an_upload_is_loaded_by_a_worker_slice_by_slice(operator, people, packed):
    content = csv_file(10, csv_line(record_id="r-x", category="cloud")).encode()
    answer = upload(operator, gzip.compress(content) if packed else content)
    load = UsageLoad.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{LOADS}/{load.pk}")
    assert (load.status, load.total_bytes, load.by) == ("running", len(content), people.billing_operator)
    assert default_storage.exists(load.file.name)
    assert outbox.relay(limit=2, slow=True) == 2
    load.refresh_from_db()
    assert (load.status, load.accepted, load.read_lines, stored()) == ("running", 6, 7, 6)
    work()
    load.refresh_from_db()
    assert (load.status, load.accepted, load.rejected, load.read_bytes) == ("finished", 10, 1, len(content))
    assert list(load.rejects.values_list("index", "code")) == [(12, "unknown_category")]
    assert AuditEntry.objects.get(action="usage.loaded").by_id == people.billing_operator.pk
    assert not OutboxEvent.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_goes_on_behind_the_last_whole_slice(people, monkeypatch):
    """Killed in every slice once: what a slice wrote goes with it, and nothing is counted twice."""
    upload(browser_of(people.billing_operator), csv_file(8))
    name = UsageLoad.objects.get().file.name
    count = usage_loads._count

    def die(load, outcome):
        count(load, outcome)
        raise RuntimeError("killed")

    for done in (0, 3, 6):
        monkeypatch.setattr(usage_loads, "_count", die)
        event = OutboxEvent.objects.get(done_at=None)
        with pytest.raises(RuntimeError, match="killed"), tenancy.everything():
            usage_loads.go_on(event.payload["load"])
        assert (UsageLoad.objects.get().accepted, stored()) == (done, done)
        monkeypatch.setattr(usage_loads, "_count", count)
        assert outbox.relay(limit=1, slow=True) == 1
    load = UsageLoad.objects.get()
    assert (load.status, load.accepted, load.duplicates, stored()) == ("finished", 8, 0, 8)
    assert not default_storage.exists(name)


def test_an_event_that_comes_twice_is_once(operator):
    upload(operator, csv_file(2))
    work()
    with tenancy.everything():
        usage_loads.go_on(UsageLoad.objects.get().pk)
    assert UsageLoad.objects.get().accepted == stored() == 2


def test_a_file_that_is_gone_or_spoilt_fails_its_load(operator, monkeypatch):
    monkeypatch.setattr(usage_loads, "RECORDS_OF_A_SLICE", 1_000)
    upload(operator, csv_file(10))
    default_storage.delete(UsageLoad.objects.get().file.name)
    work()
    assert UsageLoad.objects.get().failure.startswith("The stored file is gone.")
    late = csv_file(1_500).encode() + csv_line(record_id="r-9", product="云服务器").encode("gb18030")
    answer = operator.post(LOADS, {"file": SimpleUploadedFile("late.csv", late)})
    work()
    load = UsageLoad.objects.latest("pk")
    assert (answer.status_code, load.status, load.accepted) == (303, "failed", 1_500)
    assert load.failure.startswith("Line 1502 is not UTF-8 but looks like GB18030")


def test_no_more_than_a_thousand_rejects_are_kept(operator, monkeypatch):
    monkeypatch.setattr(usage_loads, "MOST_REJECTS_KEPT", 5)
    upload(operator, csv_file(1, *["x"] * 12))
    work()
    load = UsageLoad.objects.get()
    assert (load.rejected, load.rejects.count()) == (12, 5)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing in it."),
        (b"\xff\xfea\x00", "UTF-16"),
        (csv_file(1, csv_line(product="云服务器")).encode("gb18030"), "GB18030"),
        (HEADER.replace("product", "item"), "These columns are missing: product."),
        (b"\x1f\x8bnonsense", "no whole gzip file"),
        (gzip.compress(csv_file(500).encode())[:-200], "no whole gzip file"),
        (gzip.compress(b"x" * 3_000_000), "unpacks to more than 1 MB"),
        ("x" * 3_000_000, "larger than 2 MB"),
    ],
)
def test_an_upload_that_cannot_be_a_feed_is_refused_with_its_reason(operator, monkeypatch, content, sentence):
    monkeypatch.setattr(usage_uploads, "LARGEST_UPLOAD", 2 * usage_uploads.MEGABYTE)
    monkeypatch.setattr(usage_uploads, "LARGEST_UNPACKED", usage_uploads.MEGABYTE)
    answer = upload(operator, content)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not UsageLoad.objects.exists()
    assert not default_storage.exists("usage-loads") or default_storage.listdir("usage-loads")[1] == []


def test_no_file_at_all_is_asked_for(operator):
    answer = operator.post(LOADS, {})
    assert (answer.status_code, UsageLoad.objects.count()) == (400, 0)


def test_a_double_click_uploads_once(operator):
    first, second = upload(operator, csv_file(2)), upload(operator, csv_file(2))
    assert first["Location"] == second["Location"]
    assert UsageLoad.objects.count() == 1


# ---- the desk's pages ----------------------------------------------------------------------------------------------


def test_the_list_begins_with_what_to_do_and_then_shows_loads(operator):
    empty = operator.get(LOADS).content.decode()
    assert "No usage loaded yet" in empty
    assert ",".join(FIELDS) in empty
    upload(operator, csv_file(2, "x"))
    assert "Loading" in operator.get(LOADS).content.decode()
    work()
    page = operator.get(LOADS).content.decode()
    assert "feed.csv" in page
    assert "Some rejected" in page
    part = operator.get(LOADS, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="usage-loads"')


def test_a_load_shows_its_progress_and_asks_again_while_it_runs(operator):
    upload(operator, csv_file(20))
    url = reverse("billing:usage-load", args=[UsageLoad.objects.get().pk])
    outbox.relay(limit=1, slow=True)
    page = operator.get(url).content.decode()
    assert "every 3s" in page
    assert "<progress" in page
    work()
    part = operator.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "every 3s" not in part
    assert "<html" not in part


def test_rejects_are_listed_and_downloaded(operator):
    upload(operator, csv_file(1, csv_line(record_id="=1+1", category="<b>cloud</b>")))
    work()
    load = UsageLoad.objects.get()
    page = operator.get(f"{LOADS}/{load.pk}").content.decode()
    assert "There is no category &lt;b&gt;cloud&lt;/b&gt;." in page
    answer = operator.get(f"{LOADS}/{load.pk}/rejects.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    answer.close()
    assert [row[:3] for row in rows] == [["position", "record_id", "code"], ["3", "'=1+1", "unknown_category"]]


def test_reasons_are_written_in_the_language_of_who_uploaded(operator, people):
    people.billing_operator.language = "zh-hans"
    people.billing_operator.save(update_fields=["language"])
    upload(operator, csv_file(1, "x"))
    work()
    with translation.override("zh-hans"):
        assert UsageReject.objects.get().detail == record_sentence("wrong_columns", {"found": 1, "expected": 9})


@pytest.mark.parametrize(("who", "status"), [("owner", 404), ("engineer", 403), ("lead", 403), ("admin", 200)])
def test_the_pages_are_for_operators(people, who, status):
    browser = browser_of(getattr(people, who))
    assert browser.get(LOADS).status_code == status
    assert browser.get(f"{LOADS}/999").status_code == (status if status != 200 else 404)
    if status != 200:
        assert upload(browser, csv_file(1)).status_code == status
        assert not UsageLoad.objects.exists()


# ---- the admin -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "is_open"), [("admin", True), ("billing_operator", True), ("lead", False)])
def test_the_admin_shows_records_and_loads_and_changes_nothing(people, operator, who, is_open):
    upload(operator, csv_file(2, "x"))
    work()
    person = getattr(people, who)
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    browser = browser_of(person)
    with tenancy.everything():
        record = UsageRecord.objects.get(record_id="r-1")
    load = UsageLoad.objects.get()
    for page, shown in (
        ("usagerecord/?q=r-1", "r-1"),
        ("usageload/", "feed.csv"),
        (f"usagerecord/{record.pk}/change/", "100.50"),
        (f"usageload/{load.pk}/change/", "wrong_columns"),
    ):
        answer = browser.get(f"/admin/billing/{page}")
        assert (answer.status_code == 200) is is_open, page
        assert not is_open or shown in answer.content.decode(), page
    assert browser.get("/admin/billing/usagerecord/add/").status_code in (302, 403)
    assert browser.post(f"/admin/billing/usagerecord/{record.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert stored() == 2
