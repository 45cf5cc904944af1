"""Usage records as they come: what is taken, and the code of everything that is not."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Category, UsageRecord
from billing.usage.lines import UnreadableFile
from billing.usage.records import CATEGORIES, FIELDS, ON_DEMAND, PREPAID, REQUIRED, BadRecord, UsageRow, read_record
from billing.usage.wording import FILES, RECORDS, file_sentence, record_sentence

GOOD = {
    "record_id": "r-1",
    "organization": "acme",
    "product": "ecs",
    "category": "cloud_service",
    "charge_mode": "on_demand",
    "payment_form": "voucher",
    "list_amount": "100.50",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-02",
}
YEARS = {"charge_mode": "prepaid", "starts_on": "2026-01-01"}


def code_of(record) -> str:
    """The code it is turned away with; the sentence can be written."""
    with pytest.raises(BadRecord) as caught:
        read_record(record)
    assert record_sentence(caught.value.code, caught.value.params)
    return caught.value.code


def test_a_good_record_becomes_a_row():
    assert read_record(GOOD) == UsageRow(
        "r-1",
        "acme",
        "ecs",
        "cloud_service",
        "on_demand",
        "voucher",
        Decimal("100.50"),
        date(2026, 11, 1),
        date(2026, 11, 2),
    )


def test_the_rules_know_the_choices_of_the_table():
    assert set(Category.values) == CATEGORIES
    assert set(UsageRecord.ChargeMode.values) == {ON_DEMAND, PREPAID}


@pytest.mark.parametrize("record", [None, 5, "r-1", [GOOD], True])
def test_what_is_no_object_is_no_record(record):
    assert code_of(record) == "not_a_record"


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_field_that_is_missing_or_empty_is_named(field, value):
    with pytest.raises(BadRecord) as caught:
        read_record(GOOD | {field: value})
    assert (caught.value.code, caught.value.params["field"]) == ("missing_field", field)
    assert code_of({name: text for name, text in GOOD.items() if name != field}) == "missing_field"


def test_the_form_of_payment_may_be_anything_and_nothing():
    assert read_record(GOOD | {"payment_form": None}).payment_form == ""
    assert read_record(GOOD | {"payment_form": "积分"}).payment_form == "积分"
    assert code_of(GOOD | {"payment_form": "x" * 101}) == "too_long"


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in ("list_amount", "starts_on", "ends_on")])
@pytest.mark.parametrize("value", [5, ["a"], {"a": 1}, True])
def test_texts_are_texts(field, value):
    assert code_of(GOOD | {field: value}) == "not_text"


def test_the_longest_id_and_product_have_100_characters():
    assert read_record(GOOD | {"record_id": "x" * 100}).record_id == "x" * 100
    assert read_record(GOOD | {"product": "云" * 100}).product == "云" * 100
    assert code_of(GOOD | {"record_id": "x" * 101}) == "too_long"
    assert code_of(GOOD | {"product": "x" * 101}) == "too_long"
    assert code_of(GOOD | {"organization": "x" * 41}) == "too_long"


@pytest.mark.parametrize("text", ["a\x00b", "a\tb", "a\nb", "a\x7fb", "a\ud800b", "a\x85b"])
def test_characters_that_are_no_text_are_refused(text):
    assert code_of(GOOD | {"product": text}) == "control_characters"
    assert code_of(GOOD | {"record_id": text}) == "control_characters"


def test_spaces_of_any_script_stay_inside_and_go_at_the_ends():
    assert read_record(GOOD | {"product": " a\u3000b\u00a0c "}).product == "a\u3000b\u00a0c"


def test_unknown_choices_are_named_with_the_known_ones():
    with pytest.raises(BadRecord) as caught:
        read_record(GOOD | {"category": "cloud"})
    assert record_sentence(caught.value.code, caught.value.params) == (
        "There is no category cloud. Use one of: cloud_service, marketplace, professional_service, support_plan."
    )
    assert code_of(GOOD | {"charge_mode": "yearly"}) == "unknown_charge_mode"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0", "0"), ("-0.00", "0"), ("7", "7"), (7, "7"), ("7.5", "7.5"), (Decimal("7.5"), "7.5"),
        ("-999999999999.99", "-999999999999.99"), ("999999999999.99", "999999999999.99"), (" 1.20 ", "1.20"),
        ("1.2300", "1.23"), (Decimal("1E+2"), "100"), ("000012.00", "12"),
    ],
)  # fmt: skip
def test_amounts_are_exact(written, stored):
    amount = read_record(GOOD | {"list_amount": written}).list_amount
    assert amount == Decimal(stored)
    assert not (amount == 0 and amount.is_signed())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("100.505", "parts_of_fen"), (Decimal("0.30000000000000004"), "parts_of_fen"),
        (Decimal("1E-999999"), "parts_of_fen"),
        ("1000000000000", "amount_too_large"), (10**12, "amount_too_large"), (Decimal("1E+999999"), "amount_too_large"),
        (Decimal("999999999999.991"), "amount_too_large"), (Decimal("NaN"), "amount_too_large"),
        ("1,234.50", "not_an_amount"), ("1e3", "not_an_amount"), ("¥5", "not_an_amount"), ("+5", "not_an_amount"),
        ("1_000", "not_an_amount"), ("١", "not_an_amount"), ("５", "not_an_amount"), (".5", "not_an_amount"),
        ("5.", "not_an_amount"), ("nan", "not_an_amount"), (True, "not_an_amount"), ([], "not_an_amount"),
        ({}, "not_an_amount"), ("9" * 5000, "not_an_amount"),
    ],
)  # fmt: skip
def test_amounts_that_are_none(written, code):
    assert code_of(GOOD | {"list_amount": written}) == code


def test_another_currency_is_refused_and_our_own_may_be_said():
    assert read_record(GOOD | {"currency": "CNY"}) == read_record(GOOD)
    assert code_of(GOOD | {"currency": "USD"}) == "other_currency"


@pytest.mark.parametrize(
    "written",
    ["2026-11-31", "2026-13-01", "20261101", "2026-W45-1", "01.11.2026", "2026/11/01", "２０２６-11-01", 20261101, True,
     "2026-11-01T00:00:00", "0000-00-00", ["2026-11-01"]],
)  # fmt: skip
def test_what_is_no_date(written):
    assert code_of(GOOD | {"starts_on": written}) == "not_a_date"


def test_days_to_come_are_allowed_and_far_ones_are_not():
    assert read_record(GOOD | {"starts_on": "2199-12-31", "ends_on": "2200-01-01"}).ends_on == date(2200, 1, 1)
    assert code_of(GOOD | {"starts_on": "2200-01-01", "ends_on": "2200-01-02"}) == "date_out_of_range"
    assert code_of(GOOD | {"starts_on": "1999-12-31", "ends_on": "2000-01-01"}) == "date_out_of_range"
    assert code_of(GOOD | {"ends_on": "9999-12-31"}) == "date_out_of_range"


@pytest.mark.parametrize("charge_mode", ["on_demand", "prepaid"])
@pytest.mark.parametrize("ends_on", ["2026-11-01", "2026-10-31"])
def test_a_period_has_days(charge_mode, ends_on):
    assert code_of(GOOD | {"charge_mode": charge_mode, "ends_on": ends_on}) == "no_days"


def test_on_demand_usage_is_of_exactly_one_day():
    assert code_of(GOOD | {"ends_on": "2026-11-03"}) == "not_one_day"
    assert read_record(GOOD | {"charge_mode": "prepaid", "ends_on": "2026-11-03"}).ends_on == date(2026, 11, 3)


def test_a_prepaid_period_has_at_most_ten_years():
    assert read_record(GOOD | YEARS | {"ends_on": "2036-01-01"}).ends_on == date(2036, 1, 1)
    assert code_of(GOOD | YEARS | {"ends_on": "2036-01-02"}) == "too_many_days"
    assert code_of(GOOD | YEARS | {"starts_on": "2024-02-29", "ends_on": "2034-03-01"}) == "too_many_days"


def test_the_answer_names_the_id_it_could_read():
    for given_id, shown in (("r-9", "r-9"), (7, None), ("", None), ("x" * 200, "x" * 100), ("a\x00b", "a\ufffdb")):
        with pytest.raises(BadRecord) as caught:
            read_record(GOOD | {"record_id": given_id, "category": "cloud"})
        assert caught.value.record_id == shown


def test_every_sentence_can_be_written():
    params = dict.fromkeys(
        ("field", "longest", "organization", "value", "choices", "currency", "largest", "first", "last", "days",
         "years", "kilobytes", "found", "expected"), "1",
    )  # fmt: skip
    for code in RECORDS:
        assert "%(" not in record_sentence(code, params)
    for code in FILES:
        assert "%(" not in file_sentence(UnreadableFile(code, 1, columns="a", megabytes=1, most=1))


@given(
    record=st.dictionaries(
        st.sampled_from([*FIELDS, "currency"]),
        st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=120)
        | st.sampled_from(list(GOOD.values())) | st.lists(st.text(), max_size=2),
    )
)  # fmt: skip
def test_whatever_comes_is_taken_or_turned_away_with_a_sentence(record):
    try:
        row = read_record(GOOD | record)
    except BadRecord:
        assert code_of(GOOD | record) in RECORDS
    else:
        assert row.starts_on < row.ends_on
