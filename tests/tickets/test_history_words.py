"""Every kind of row of the history has a sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.tickets.conftest import NOON
from tickets import history_words, thread_words
from tickets.models import TicketEvent

APP = Path(history_words.__file__).parent
WRITERS = {"entry", "change", "_end"}
SAID_OTHERWISE = {"timer_started", "timer_answered", "timer_cancelled", "escalated", "step_passed"}


def kinds_in_code() -> set[str]:
    """The events that modules of the app write: literals handed to history.entry and status_changes.change."""
    found = set()
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in WRITERS:
                continue
            literals = [node.args[1]] if name == "entry" and len(node.args) > 1 else []
            literals += [keyword.value for keyword in node.keywords if keyword.arg == "event"]
            found |= {each.value for each in literals if isinstance(each, ast.Constant)}
    return found


def test_every_event_that_is_written_has_a_sentence():
    kinds = kinds_in_code()
    assert {"created", "claimed", "timer_answered", "withdrawn", "reminded"} <= kinds
    assert kinds <= set(history_words.SENTENCES) | set(thread_words.SENTENCES) | SAID_OTHERWISE


@pytest.mark.parametrize(
    ("event", "details", "step", "said"),
    [
        ("closed", {}, None, "Closed by itself after 7 quiet days"),
        ("resolved", {}, None, "Resolved by itself after 7 days without an answer"),
        ("escalated", {}, 50, "Half of the answer time is used: the engineer was reminded"),
        ("step_passed", {}, 80, "80 % of the answer time is used: the desk lead was told"),
        ("escalated", {}, 100, "The answer is overdue: the desk lead was told"),
        ("escalated", {}, 200, "Twice the answer time is used: the duty manager was told"),
        ("timer_answered", {"state": "met"}, None, "The answer time was kept"),
        ("timer_answered", {"state": "breached"}, None, "The answer time was missed"),
        ("assigned", {"to": "Mei"}, None, "Mei takes care of it"),
        (
            "withdrawn",
            {"quota_returned": True},
            None,
            "The portal withdrew the ticket; its ticket unit went back to the month's quota",
        ),
        (
            "timer_started",
            {
                "timer": "first",
                "severity": "guidance",
                "target_minutes": None,
                "target_working_days": 1,
                "due_at": "2026-11-30T15:00:00+08:00",
                "skipped_days": ["2026-11-28", "2026-11-29"],
            },
            None,
            "It is accepted by 30 Nov 2026, 15:00: within 1 working day; not counted: 28 Nov 2026, 29 Nov 2026",
        ),
        (
            "timer_started",
            {
                "timer": "next",
                "severity": "guidance",
                "target_minutes": 960,
                "target_working_days": None,
                "due_at": "2026-11-25T04:00:00+08:00",
            },
            None,
            "An answer is due by 25 Nov 2026, 04:00: within 16 h for “Guidance”",
        ),
        ("something_new", {}, None, "Something new"),
    ],
)
def test_a_row_reads_as_a_sentence(event, details, step, said):
    assert history_words.sentence(TicketEvent(event=event, details=details, step=step, at=NOON)) == said
