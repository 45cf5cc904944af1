"""Sentences of usage records that were turned away, and of files that cannot be read: what is wrong, what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.usage.lines import UnreadableFile
from billing.usage.records import FIELDS

# What UsageReject.detail holds.
LONGEST_SENTENCE = 300

RECORDS: dict[str, str | Promise] = {
    "not_a_record": _("This is no record: send an object with the fields of a record."),
    "not_json": _("This line is not valid JSON: check quotes, commas and brackets."),
    "not_utf8": _("This line is not UTF-8 text."),
    "line_too_long": _("This line is longer than %(kilobytes)s KB."),
    "bad_quotes": _('Quotation marks do not match: write a cell that holds one as "a ""quoted"" word".'),
    "wrong_columns": _("This line has %(found)s cells, the header has %(expected)s."),
    "missing_field": _("%(field)s is missing."),
    "not_text": _("%(field)s must be a text."),
    "too_long": _("%(field)s is longer than %(longest)s characters."),
    "control_characters": _("%(field)s holds characters that are not text."),
    "unknown_organization": _("There is no organization %(organization)s. Give its address (slug)."),
    "unknown_category": _("There is no category %(value)s. Use one of: %(choices)s."),
    "unknown_charge_mode": _("There is no charge mode %(value)s. Use one of: %(choices)s."),
    "other_currency": _("Amounts are in %(currency)s only."),
    "not_an_amount": _("%(value)s is not an amount. Write it as 1234.50, without separators."),
    "amount_too_large": _("list_amount is larger than %(largest)s."),
    "parts_of_fen": _("list_amount has parts of a fen: give two decimals."),
    "not_a_date": _("%(field)s is not a date. Write it as 2026-11-01."),
    "date_out_of_range": _("%(field)s lies outside the years %(first)s to %(last)s."),
    "no_days": _("ends_on must be later than starts_on: it is the first day that is not included."),
    "not_one_day": _("on_demand usage is of exactly one day, these are %(days)s: ends_on is the day after starts_on."),
    "too_many_days": _("A prepaid period has at most %(years)s years."),
    "record_conflict": _(
        "A record with this record_id and other content is stored. A correction is a record of its own, with an id of "
        "its own and the difference as its amount."
    ),
}
FILES: dict[str, str | Promise] = {
    "is_empty": _("There is nothing in it."),
    "no_header": _("The first line must name the columns: %(fields)s."),
    "missing_columns": _("These columns are missing: %(columns)s."),
    "columns_twice": _("These columns stand there twice: %(columns)s."),
    "is_a_workbook": _("This is an Excel workbook. Save it as “CSV UTF-8” and load that."),
    "is_utf16": _("This is UTF-16 text. Save it as “CSV UTF-8” and load that."),
    "is_gb18030": _(
        "Line %(line)s is not UTF-8 but looks like GB18030, which Excel writes on Chinese computers. Save the file as "
        "“CSV UTF-8”, or convert it with iconv -f GB18030 -t UTF-8, and load it again."
    ),
    "is_not_utf8": _("The text is not UTF-8."),
    "is_a_json_list": _("This is one JSON list. Write one record a line without the brackets around them (NDJSON)."),
    "is_no_list": _("Send a JSON list of records, or NDJSON with one record a line."),
    "is_broken_json": _("The list is not valid JSON, or one of its records is larger than 64 KB. Nothing was stored."),
    "too_many_rejects": _("More than %(most)s records are malformed: check the format. Nothing was stored."),
    "too_large": _("It is larger than %(megabytes)s MB. Split it, or load it with manage.py load_usage."),
    "unpacks_too_large": _("It unpacks to more than %(megabytes)s MB. Split it, or load it with manage.py load_usage."),
    "bad_gzip": _("It is no whole gzip file: it may have been cut off on its way."),
    "is_gone": _("The stored file is gone. Upload it again: what was stored of it counts as duplicate then."),
    "was_stopped": _("It stopped before its end. Load it again: what was stored of it counts as duplicate then."),
}


def record_sentence(code: str, params: dict[str, str | int]) -> str:
    """Why a record was turned away, in the reader's language."""
    return (str(RECORDS[code]) % params)[:LONGEST_SENTENCE]


def file_sentence(problem: UnreadableFile) -> str:
    """Why nothing more could be read, in the reader's language."""
    return str(FILES[problem.code]) % {"fields": ", ".join(FIELDS), "line": problem.line, **problem.params}
