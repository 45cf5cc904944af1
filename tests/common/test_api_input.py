"""How the API's doors read a body: one reader for all, and text fields take nothing but text."""

from __future__ import annotations

import re
from datetime import date

import pytest
from rest_framework import serializers

from common import api_input
from common.problems import FieldErrors
from tests.architecture import guards

# The reader itself, the parser's door, and two that judge raw bodies: records line by line, a whole catalogue.
READ_BODIES = {"common/api.py", "common/api_input.py", "billing/usage/api.py", "supportplans/api.py", "portal/api.py"}


class Answer(serializers.Serializer):
    text = serializers.CharField()
    count = serializers.IntegerField(required=False)


class Sample(serializers.Serializer):
    name = serializers.CharField()
    note = serializers.CharField(required=False, allow_null=True)
    email = serializers.EmailField(required=False)
    amount = serializers.DecimalField(max_digits=8, decimal_places=2, required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    labels = serializers.DictField(child=serializers.CharField(), required=False)
    day = serializers.DateField(required=False, allow_null=True)
    answer = Answer(required=False)
    answers = Answer(many=True, required=False)


class Request:
    def __init__(self, data):
        self.data = data


class Query:
    def __init__(self, params):
        self.query_params = params


def refused(body) -> dict[str, list[str]]:
    with pytest.raises(FieldErrors) as refusal:
        api_input.read(Sample, Request(body))
    return refusal.value.errors


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"name": 5}, "name"),
        ({"name": 5.5}, "name"),
        ({"name": True}, "name"),
        ({"name": "x", "note": 7}, "note"),
        ({"name": "x", "email": 7}, "email"),
        ({"name": "x", "tags": ["a", 5]}, "tags.1"),
        ({"name": "x", "labels": {"size": 5}}, "labels.size"),
        ({"name": "x", "answer": {"text": 5}}, "answer.text"),
        ({"name": "x", "answers": [{"text": "y"}, {"text": 5}]}, "answers.1.text"),
    ],
)
def test_a_number_is_no_text(sent, wrong):
    assert refused(sent) == {wrong: ["Not a valid string."]}


def test_all_wrong_fields_are_named_at_once():
    assert sorted(refused({"name": 5, "amount": "much", "tags": "x"})) == ["amount", "name", "tags"]


def test_texts_numbers_and_nothing_are_read_as_they_are():
    body = {"name": "5", "note": None, "amount": 5, "answers": [{"text": "5", "count": 5}]}
    read = api_input.read(Sample, Request(body))
    assert read == body | {"amount": read["amount"]}
    assert str(read["amount"]) == "5.00"
    assert "note" not in api_input.read_given(Sample, Request(body))


@pytest.mark.parametrize("day", ["20260706", "2026-W28-1", "2026W281", "2026-7-6", "2026-07-06 ", "tomorrow"])
def test_a_day_is_year_month_and_day_with_hyphens(day):
    assert refused({"name": "x", "day": day}) == {"day": ["Write the day as YYYY-MM-DD."]}
    with pytest.raises(FieldErrors):
        api_input.day_parameter(Query({"from": day.strip() + "x"}), "from")


def test_days_of_the_calendar_are_read():
    assert api_input.read(Sample, Request({"name": "x", "day": "2026-07-06"}))["day"] == date(2026, 7, 6)
    assert api_input.read(Sample, Request({"name": "x", "day": None}))["day"] is None
    assert list(refused({"name": "x", "day": "2026-02-30"})) == ["day"]
    assert api_input.day_parameter(Query({"from": "2026-07-06"}), "from") == date(2026, 7, 6)
    assert api_input.day_parameter(Query({}), "from") is None


def test_no_door_reads_a_body_past_the_reader():
    found = {
        str(file.relative_to(guards.ROOT))
        for file in guards.sources()
        if re.search(r"request\.data\b", file.read_text("utf-8"))
    }
    assert found - READ_BODIES == set()
