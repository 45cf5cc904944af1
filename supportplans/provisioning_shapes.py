"""Provisioning, the support team and the log of needs and plans as the API reads and says them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from rest_framework import serializers

from accounts.models import Person
from common.api import api_time
from notifications.models import Endpoint
from supportplans import tam_notes
from supportplans.models import ProvisioningTask, TamNote
from supportplans.provisioning_board import Row
from supportplans.support_team import Part, Team

CHATS = [kind for kind in Endpoint.Kind.values if kind != Endpoint.Kind.WEBHOOK]


class CompletionIn(serializers.Serializer):
    """A line: `reference` and `callers`. A group: `reference`, `chat`, `robot`. A manager: `person`, `deputy`."""

    reference = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    callers = serializers.ListField(child=serializers.CharField(max_length=40), max_length=50, required=False)
    chat = serializers.ChoiceField(CHATS, required=False, allow_blank=True)
    robot = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text="The robot's web address; kept secret."
    )
    person = serializers.EmailField(required=False, allow_blank=True, default="")
    deputy = serializers.EmailField(required=False, allow_blank=True, default="")


class NoteIn(serializers.Serializer):
    kind = serializers.ChoiceField(TamNote.Kind.choices)
    body = serializers.CharField(max_length=tam_notes.LONGEST_BODY)
    follow_up_on = serializers.DateField(required=False, allow_null=True, default=None)


class NoteChangeIn(serializers.Serializer):
    """What is not sent stays; only who wrote a note changes its kind and body."""

    kind = serializers.ChoiceField(TamNote.Kind.choices, required=False)
    body = serializers.CharField(max_length=tam_notes.LONGEST_BODY, required=False)
    follow_up_on = serializers.DateField(required=False, allow_null=True)


class StaffMemberShape(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.EmailField()


class RobotShape(serializers.Serializer):
    """The address that is kept for a group, as far as it is shown."""

    id = serializers.IntegerField()
    address = serializers.CharField()
    enabled = serializers.BooleanField()


class ProvisioningTaskShape(serializers.Serializer):
    id = serializers.IntegerField()
    organization = serializers.CharField(help_text="The slug.")
    organization_name = serializers.CharField()
    kind = serializers.CharField(help_text="A code of the catalogue's entitlements.")
    name = serializers.CharField()
    state = serializers.ChoiceField(ProvisioningTask.State.choices)
    opened_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    to_take_down = serializers.BooleanField()
    taken_down_at = serializers.DateTimeField(allow_null=True)
    taken_down_by = serializers.CharField(allow_null=True)
    reference = serializers.CharField()
    callers = serializers.ListField(child=serializers.CharField())
    chat = serializers.CharField(allow_null=True)
    robot = RobotShape(allow_null=True)
    person = StaffMemberShape(allow_null=True)
    deputy = StaffMemberShape(allow_null=True)


class HoursShape(serializers.Serializer):
    """On working days, Beijing time."""

    begins = serializers.CharField()
    ends = serializers.CharField()


class TeamPartShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField([("set_up", "set up"), ("being_set_up", "being set up")])
    since = serializers.DateTimeField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    callers = serializers.ListField(child=serializers.CharField())
    chat = serializers.CharField(allow_null=True)
    manager = StaffMemberShape(allow_null=True)
    deputy = StaffMemberShape(allow_null=True)
    hours = HoursShape(allow_null=True)


class TeamMoreShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    tier = serializers.CharField(help_text="The lowest tier that includes it.")


class SupportTeamShape(serializers.Serializer):
    family = serializers.CharField()
    tier = serializers.CharField()
    caller_code = serializers.CharField()
    hotline = serializers.CharField()
    parts = TeamPartShape(many=True)
    more = TeamMoreShape(many=True)


class NoteShape(serializers.Serializer):
    id = serializers.IntegerField()
    organization = serializers.CharField()
    kind = serializers.ChoiceField(TamNote.Kind.choices)
    body = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    follow_up_on = serializers.DateField(allow_null=True)
    followed_up_at = serializers.DateTimeField(allow_null=True)
    followed_up_by = serializers.CharField(allow_null=True)


def task_body(row: Row) -> dict[str, Any]:
    """A task of the desk's list."""
    task = row.task
    return {
        "id": task.pk,
        "organization": task.organization.slug,
        "organization_name": task.organization.name,
        "kind": task.kind,
        "name": row.name.in_language(_language()),
        "state": task.state,
        "opened_at": api_time(task.opened_at),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "overdue": row.is_overdue,
        "done_at": api_time(task.done_at),
        "retired_at": api_time(task.retired_at),
        "to_take_down": task.is_to_clear,
        "taken_down_at": api_time(task.cleared_at),
        "taken_down_by": task.cleared_by.display_name() if task.cleared_by else None,
        "reference": task.reference,
        "callers": task.callers,
        "chat": task.chat or None,
        "robot": _robot(task.endpoint),
        "person": person_body(task.person),
        "deputy": person_body(task.deputy),
    }


def person_body(person: Person | None) -> dict[str, str] | None:
    """Somebody of the staff."""
    return {"name": person.display_name(), "email": person.email} if person else None


def team_body(team: Team, caller_code: str) -> dict[str, Any]:
    """`GET orgs/{slug}/support-team`."""
    return {
        "family": team.held.family.code,
        "tier": team.held.tier.code,
        "caller_code": caller_code,
        "hotline": settings.PROVIDER_PHONE,
        "parts": [_part(part) for part in team.parts],
        "more": [
            {"code": each.code, "name": each.name.in_language(_language()), "tier": each.tier.code}
            for each in team.more
        ],
    }


def note_body(note: TamNote) -> dict[str, Any]:
    """A note of the log."""
    return {
        "id": note.pk,
        "organization": note.organization.slug,
        "kind": note.kind,
        "body": note.body,
        "by": note.by.display_name(),
        "at": api_time(note.at),
        "edited_at": api_time(note.edited_at),
        "follow_up_on": note.follow_up_on.isoformat() if note.follow_up_on else None,
        "followed_up_at": api_time(note.followed_up_at),
        "followed_up_by": note.followed_up_by.display_name() if note.followed_up_by else None,
    }


def _part(part: Part) -> dict[str, Any]:
    there = part.task if part.is_there else None
    begins, ends = settings.TAM_HOURS
    return {
        "code": part.code,
        "name": part.name.in_language(_language()),
        "state": "set_up" if there else "being_set_up",
        "since": api_time(there.done_at) if there else None,
        "reference": (there.reference or None) if there else None,
        "callers": there.callers if there else [],
        "chat": (there.chat or None) if there else None,
        "manager": person_body(part.manager),
        "deputy": person_body(part.deputy),
        "hours": {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"} if part.is_people else None,
    }


def _robot(endpoint: Endpoint | None) -> dict[str, Any] | None:
    return {"id": endpoint.pk, "address": endpoint.shown_url, "enabled": endpoint.is_on} if endpoint else None


def _language() -> str:
    return get_language() or "en"
