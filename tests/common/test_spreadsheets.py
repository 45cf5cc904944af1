"""CSV for spreadsheets: nothing that somebody typed is run as a formula, numbers stay numbers."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common import spreadsheets


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+86 10", "'+86 10"), ("-5.00", "'-5.00"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("  =1", "'  =1"), ("＝1", "'＝1"),
        ("a=1", "a=1"), ("", ""), (None, None), (Decimal("-5.00"), Decimal("-5.00")), (-3, -3), (True, True),
        (date(2026, 11, 1), "2026-11-01"),
        (datetime(2026, 11, 1, 1, 30, 0, 5, tzinfo=UTC), "2026-11-01T09:30:00+08:00"),
    ],
)  # fmt: skip
def test_a_text_that_would_be_run_gets_an_apostrophe(value, written):
    assert spreadsheets.cell(value) == written


def test_a_file_begins_with_a_mark_and_is_read_back():
    file = io.StringIO(newline="")
    assert spreadsheets.write(file, ["名称", "=amount"], [['a, "b"\nc', Decimal("1.50")], ["=x", None]]) == 2
    assert file.getvalue().startswith("\ufeff")
    assert list(csv.reader(io.StringIO(file.getvalue()[1:], newline=""))) == [
        ["名称", "'=amount"],
        ['a, "b"\nc', "1.50"],
        ["'=x", ""],
    ]


@pytest.mark.parametrize("rows", [2, 60_000])
def test_a_download_is_whole_whatever_its_length(rows):
    response = spreadsheets.download("rows 行.csv", ["n", "text"], ([n, "some more text"] for n in range(rows)))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    response.file_to_stream.close()
    assert text.splitlines()[-1] == f"{rows - 1},some more text"
    assert int(response["Content-Length"]) == len(text.encode("utf-8-sig"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")


def test_rows_that_cannot_be_read_leave_no_open_file():
    def rows():
        yield [1]
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        spreadsheets.download("rows.csv", ["n"], rows())
