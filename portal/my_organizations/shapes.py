"""A manager's organizations as the API says them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common.api import api_time
from portal.my_organizations import this_week, words
from portal.my_organizations.board import Card
from supportplans.provisioning_shapes import (
    NoteShape,
    ProvisioningTaskShape,
    StaffMemberShape,
    note_body,
    person_body,
    task_body,
)


class HeldPlanShape(serializers.Serializer):
    family = serializers.CharField()
    tier = serializers.CharField()
    status = serializers.CharField()
    ends_on = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    goes_on = serializers.BooleanField(help_text="It renews by itself, or the next term is paid.")


class DeskFiguresShape(serializers.Serializer):
    open = serializers.IntegerField()
    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()
    at_risk = serializers.IntegerField()


class UrgentTicketShape(serializers.Serializer):
    number = serializers.CharField()
    subject = serializers.CharField()
    severity = serializers.CharField()
    status = serializers.CharField()
    response_due_at = serializers.DateTimeField(allow_null=True)
    at_risk = serializers.BooleanField()
    assignee = serializers.CharField(allow_null=True)


class ComingBookingShape(serializers.Serializer):
    id = serializers.IntegerField()
    service = serializers.CharField()
    status = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    prepared = serializers.IntegerField()
    to_prepare = serializers.IntegerField()


class ExpiringQuotaShape(serializers.Serializer):
    code = serializers.CharField()
    unit = serializers.CharField()
    remaining = serializers.IntegerField()
    ends_on = serializers.DateField()


class RecentSatisfactionShape(serializers.Serializer):
    """Of the last 90 days, 1 to 5."""

    score = serializers.CharField()
    ratings = serializers.IntegerField()


class TodoShape(serializers.Serializer):
    rule = serializers.ChoiceField(list(this_week.RULES))
    about = serializers.CharField(help_text="A ticket's number, or the id or code of what it is about.")
    words = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    url = serializers.CharField()


class MyOrganizationShape(serializers.Serializer):
    organization = serializers.CharField(help_text="The slug.")
    name = serializers.CharField()
    caller_code = serializers.CharField()
    manager = StaffMemberShape(allow_null=True)
    deputy = StaffMemberShape(allow_null=True)
    plan = HeldPlanShape()
    figures = DeskFiguresShape()
    tickets = UrgentTicketShape(many=True)
    bookings = ComingBookingShape(many=True)
    expiring_quotas = ExpiringQuotaShape(many=True)
    provisioning = ProvisioningTaskShape(many=True)
    satisfaction = RecentSatisfactionShape(allow_null=True)
    follow_ups = NoteShape(many=True)
    this_week = TodoShape(many=True)


def my_organization_body(card: Card) -> dict[str, Any]:
    """One of `GET desk/my-organizations`."""
    organization, held = card.organization, card.held
    return {
        "organization": organization.slug,
        "name": organization.name,
        "caller_code": organization.caller_code,
        "manager": person_body(card.manager),
        "deputy": person_body(card.deputy),
        "plan": {
            "family": held.family.code,
            "tier": held.tier.code,
            "status": held.standing.status,
            "ends_on": held.term.ends_on.isoformat() if held.term else None,
            "days_left": card.days_left,
            "goes_on": card.goes_on,
        },
        "figures": vars(card.figures),
        "tickets": [_ticket(ticket) for ticket in card.tickets],
        "bookings": [
            {
                "id": each.booking.pk,
                "service": each.booking.service,
                "status": each.booking.status,
                "starts_on": each.booking.starts_on.isoformat(),
                "ends_on": each.booking.ends_on.isoformat(),
                "prepared": each.ready,
                "to_prepare": len(each.items),
            }
            for each in card.bookings
        ],
        "expiring_quotas": [
            {
                "code": each.code,
                "unit": each.unit,
                "remaining": each.remaining,
                "ends_on": each.period.ends_on.isoformat(),
            }
            for each in card.expiring
        ],
        "provisioning": [task_body(row) for row in card.settings],
        "satisfaction": {"score": str(card.satisfaction.score), "ratings": card.satisfaction.ratings}
        if card.satisfaction
        else None,
        "follow_ups": [note_body(note) for note in card.follow_ups],
        "this_week": [_todo(words.line(organization, todo)) for todo in card.todos],
    }


def _ticket(ticket: Any) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "severity": ticket.severity,
        "status": ticket.status,
        "response_due_at": api_time(ticket.response_due_at) if ticket.owed_since else None,
        "at_risk": ticket.at_risk,
        "assignee": ticket.assignee.display_name() if ticket.assignee else None,
    }


def _todo(line: words.Line) -> dict[str, Any]:
    todo = line.todo
    return {
        "rule": todo.rule,
        "about": todo.about,
        "words": line.words,
        "on": todo.on.isoformat() if todo.on else None,
        "url": line.url,
    }
