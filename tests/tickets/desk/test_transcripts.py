from datetime import date, datetime

import pytest

from common.beijing import BEIJING
from tickets.desk.transcripts import Turn, turns_of

TODAY = date(2026, 11, 24)


def moment(hour: int, minute: int, second: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=BEIJING)


def test_a_name_and_a_time_above_what_was_said():
    assert turns_of("Li Wei 10:23\nIt is down\nAgain\nIvy 10:24\nI look", today=TODAY) == [
        Turn("Li Wei", moment(10, 23), "It is down\nAgain"),
        Turn("Ivy", moment(10, 24), "I look"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "李伟 2026/11/23 10:23:15\n数据库: 连不上",
        "[2026-11-23 10:23:15] 李伟: 数据库: 连不上",
        "23/11/2026, 10:23:15 - 李伟: 数据库: 连不上",
        "2026-11-23 10:23:15 李伟：数据库: 连不上",
        "李伟 (11-23 10:23:15): 数据库: 连不上",
    ],
)
def test_the_forms_of_the_usual_programs(line):
    assert turns_of(line, today=TODAY) == [Turn("李伟", moment(10, 23, 15, day=23), "数据库: 连不上")]


def test_without_times_the_names_begin_the_lines():
    assert turns_of("Li: It is down\nhttp://a.example/x\nIvy: I look", today=TODAY) == [
        Turn("Li", None, "It is down\nhttp://a.example/x"),
        Turn("Ivy", None, "I look"),
    ]


def test_words_in_no_known_form_are_one_turn_of_nobody():
    assert turns_of("  It went away\r\nby itself  ", today=TODAY) == [Turn("", None, "It went away\nby itself")]


def test_what_stands_before_the_first_name_is_kept():
    assert turns_of("Copied from the group\n10:23 Li: hello", today=TODAY) == [
        Turn("", None, "Copied from the group"),
        Turn("Li", moment(10, 23), "hello"),
    ]


def test_times_that_do_not_exist_are_no_times():
    assert turns_of("[2026-13-40 25:61] Li: hello", today=TODAY) == [Turn("Li", None, "hello")]


def test_nothing_is_no_turn():
    assert turns_of(" \n ", today=TODAY) == []
