"""Reading files and bodies of usage: CSV, NDJSON and JSON lists, and everything that spoils a line or a whole file."""

from __future__ import annotations

import io
import json

import pytest

from billing.usage.lines import LONGEST_LINE, UnreadableFile, UsageLines, read_json_list
from billing.usage.records import FIELDS, BadRecord
from tests.billing.test_usage_records import GOOD

HEADER = ",".join(FIELDS)


def csv_line(**different: str) -> str:
    return ",".join((GOOD | different)[name] for name in FIELDS)


def read(content: str | bytes, **options: bool) -> list[tuple[int, str]]:
    """Line and record id, or code."""
    raw = content.encode() if isinstance(content, str) else content
    return [(line, shown(reading)) for line, reading in UsageLines(io.BytesIO(raw), **options)]


def shown(reading) -> str:
    return reading.code if isinstance(reading, BadRecord) else reading.record_id


def unreadable(content: str | bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    return caught.value.code


def ndjson(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_csv_is_read_by_the_names_of_its_columns():
    turned = ",".join(reversed(FIELDS))
    cells = ",".join(reversed([GOOD[name] for name in FIELDS]))
    assert read(f"{HEADER}\n{csv_line()}\n") == read(f"{turned}\r\n{cells}") == [(2, "r-1")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_may_be_separated_otherwise(delimiter):
    assert read(f"{HEADER}\n{csv_line()}\n".replace(",", delimiter)) == [(2, "r-1")]


def test_further_columns_are_passed_over_and_the_form_of_payment_may_be_missing():
    names = [name for name in FIELDS if name != "payment_form"]
    cells = [GOOD[name] for name in names]
    assert read(",".join([*names, "note"]) + "\n" + ",".join([*cells, "hello"])) == [(2, "r-1")]


def test_quoted_cells_hold_separators_and_quotation_marks():
    line = csv_line(product='"ecs, ""large"""')
    (reading,) = [reading for _line, reading in UsageLines(io.BytesIO(f"{HEADER}\n{line}\n".encode()))]
    assert reading.product == 'ecs, "large"'


def test_a_quote_that_is_never_closed_spoils_its_own_line_only():
    lines = [HEADER, csv_line(product='"ecs'), csv_line(record_id="r-2"), csv_line(product='"e"cs'), csv_line()]
    assert read("\n".join(lines)) == [(2, "bad_quotes"), (3, "r-2"), (4, "bad_quotes"), (5, "r-1")]


def test_a_line_with_other_columns_than_the_header_is_turned_away():
    assert read(f"{HEADER}\n{csv_line()},more\nr-2,acme\n{csv_line()}") == [
        (2, "wrong_columns"),
        (3, "wrong_columns"),
        (4, "r-1"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "is_empty"),
        ("\ufeff", "is_empty"),
        ("\n\n", "no_header"),
        ("r-1,acme,ecs\n", "no_header"),
        ("x" * (LONGEST_LINE + 5), "no_header"),
        (HEADER.replace("category", "kind") + "\n", "missing_columns"),
        (HEADER + ",product\n", "columns_twice"),
        ('"record_id\n', "no_header"),
        (b"PK\x03\x04rest of a workbook", "is_a_workbook"),
        (HEADER.encode("utf-16"), "is_utf16"),
        ("  [\n", "is_a_json_list"),
        (HEADER.encode() + b"\xff\xff\n", "no_header"),
    ],
)
def test_a_file_of_another_kind_is_named(content, code):
    assert unreadable(content) == code


def test_utf8_with_and_without_byte_order_mark():
    for content in (f"{HEADER}\n{csv_line(product='云服务器')}\n", ndjson(GOOD | {"product": "云服务器"})):
        assert [shown for _line, shown in read(content)] == ["r-1"]
        assert read("\ufeff" + content) == read(content)


def test_gb18030_ends_with_the_line_where_it_is_seen():
    raw = f"{HEADER}\n{csv_line()}\n{csv_line(product='云服务器')}\n".encode("gb18030")
    with pytest.raises(UnreadableFile) as caught:
        read(raw)
    assert (caught.value.code, caught.value.line) == ("is_gb18030", 3)


def test_a_stray_byte_spoils_its_line_only():
    raw = f"{HEADER}\n{csv_line(product='caf@')}\n{csv_line()}\n".encode().replace(b"@", b"\xe9")
    assert read(raw) == [(2, "not_utf8"), (3, "r-1")]


def test_ndjson_is_known_by_its_first_line():
    text = ndjson(GOOD, GOOD | {"record_id": "r-2"}) + "\n  \n{nonsense\n5\n" + ndjson(GOOD)
    assert read(text) == [(1, "r-1"), (2, "r-2"), (5, "not_json"), (6, "not_a_record"), (7, "r-1")]


def test_what_is_said_to_be_ndjson_may_begin_with_a_broken_line():
    assert read("oops\n" + ndjson(GOOD), is_ndjson=True) == [(1, "not_json"), (2, "r-1")]
    assert read("", is_ndjson=True) == []


def test_numbers_of_json_are_exact():
    text = ndjson(GOOD).replace('"100.50"', "0.1") + ndjson(GOOD).replace('"100.50"', "9007199254740993.0")
    text += ndjson(GOOD).replace('"100.50"', "NaN") + ndjson(GOOD).replace('"100.50"', "1" * 5000)
    readings = [reading for _line, reading in UsageLines(io.BytesIO(text.encode()))]
    assert str(readings[0].list_amount) == "0.10"
    assert [reading.code for reading in readings[1:]] == ["amount_too_large", "not_json", "not_json"]


def test_a_nest_of_brackets_is_a_bad_line():
    assert read("{}\n" + "[" * 30_000 + "\n" + ndjson(GOOD))[1:] == [(2, "not_json"), (3, "r-1")]


def test_a_line_without_end_is_passed_over_piece_by_piece():
    text = ndjson(GOOD) + "x" * (5 * LONGEST_LINE) + "\n" + ndjson(GOOD) + "y" * (2 * LONGEST_LINE)
    assert read(text) == [(1, "r-1"), (2, "line_too_long"), (3, "r-1"), (4, "line_too_long")]


@pytest.mark.parametrize("begins", ["", "\ufeff"])
@pytest.mark.parametrize("is_csv", [True, False])
def test_reading_goes_on_where_it_stopped(begins, is_csv):
    ids = [f"r-{number}" for number in range(6)]
    if is_csv:
        text = "\n".join([HEADER, *(csv_line(record_id=name) for name in ids)])
    else:
        text = ndjson(*(GOOD | {"record_id": name} for name in ids))
    raw = (begins + text).encode()
    for taken in range(7):
        lines = UsageLines(io.BytesIO(raw))
        first = [shown(reading) for _number, (_line, reading) in zip(range(taken), lines, strict=False)]
        again = UsageLines(io.BytesIO(raw))
        again.resume(lines.offset, lines.line)
        rest = list(again)
        assert first + [shown(reading) for _line, reading in rest] == ids
        assert [line for line, _reading in rest] == list(range(taken + 1 + is_csv, 7 + is_csv))


def read_list(content: str | bytes) -> list[tuple[int, str]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(index, shown(reading)) for index, reading in read_json_list(io.BytesIO(raw))]


def test_a_json_list_is_read_item_by_item():
    records = [GOOD | {"record_id": f"r-{number}", "note": "x" * 700} for number in range(1_000)]
    expected = [(number, f"r-{number}") for number in range(1_000)]
    assert read_list(json.dumps(records)) == expected
    assert read_list("\ufeff \n" + json.dumps(records, indent=8) + " \n") == expected


def test_items_that_are_no_records_keep_their_place():
    assert read_list(json.dumps([GOOD, 5, None, [], "x", GOOD])) == [
        (0, "r-1"),
        *((index, "not_a_record") for index in range(1, 5)),
        (5, "r-1"),
    ]
    assert read_list("[]") == read_list(" [ ] ") == []


def test_long_white_space_cuts_no_item():
    text = "[" + (" " * 300_000 + json.dumps(GOOD | {"note": "x" * 60_000}) + ",") * 3
    assert read_list(text[:-1] + " " * 300_000 + "]") == [(0, "r-1"), (1, "r-1"), (2, "r-1")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "is_no_list"), ("  ", "is_no_list"), ("{}", "is_no_list"), ('"x"', "is_no_list"), ("5", "is_no_list"),
        ("null", "is_no_list"), ("[", "is_broken_json"), ("[5", "is_broken_json"), ("[5,", "is_broken_json"),
        ("[5,]", "is_broken_json"), ("[,5]", "is_broken_json"), ("[5 6]", "is_broken_json"),
        ("[5]x", "is_broken_json"), ("[5]]", "is_broken_json"), ("[NaN]", "is_broken_json"),
        ("[" * 30_000, "is_broken_json"), (b'["\xff"]', "is_not_utf8"), (b'["\xe4\xba', "is_not_utf8"),
        ('["' + "x" * 500_000 + '"]', "is_broken_json"),
    ],
)  # fmt: skip
def test_what_is_no_json_list(content, code):
    with pytest.raises(UnreadableFile) as caught:
        read_list(content)
    assert caught.value.code == code
