"""The audit trail in words (accounts/audit_words.py)."""

from __future__ import annotations

from accounts.audit_words import Change, changes, describe
from common.models import AuditEntry


def test_a_known_action_has_a_sentence_and_an_unknown_one_is_readable():
    assert describe(AuditEntry(action="member.role_changed")) == "Role changed"
    assert describe(AuditEntry(action="moon_base.opened_again")) == "Moon base opened again"


def test_only_what_differs_is_shown():
    entry = AuditEntry(
        before={"name": "Acme", "tier": "basic", "note": ""},
        after={"name": "Acme", "tier": "standard", "note": None, "is_active": True, "odd_one": [1]},
    )
    assert changes(entry) == [
        Change("plan", "basic", "standard"),
        Change("active", None, "yes"),
        Change("odd one", None, "[1]"),
    ]


def test_an_entry_without_facts_shows_none():
    assert changes(AuditEntry(before=None, after=None)) == []
    assert changes(AuditEntry(before=["x"], after="y")) == []
