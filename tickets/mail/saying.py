"""A participant's mail as a message of the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from accounts.models import Person
from common import tenancy
from notifications.mail import language_for
from tickets import conversation
from tickets.mail.composing import composed
from tickets.mail.reading import File
from tickets.models import Channel, Message, Ticket


def add_message(*, ticket: Ticket, person: Person, text: str, files: Sequence[File], at: datetime) -> Message:
    """Say it: a customer's message in the scope of its organization, or a public reply of the staff.

    Raises what conversation.py raises; nothing is stored then.
    """
    organization = ticket.organization
    with translation.override(language_for(person, organization)), transaction.atomic():
        body, uploads = composed(text, files)
        if person.staff_role():
            return conversation.staff_reply(
                ticket=ticket, by=person, body=body, at=at, channel=Channel.EMAIL, files=uploads
            )
        with tenancy.organization(organization.pk):
            return conversation.customer_message(
                ticket=ticket,
                organization=organization,
                by=person,
                body=body,
                at=at,
                channel=Channel.EMAIL,
                files=uploads,
            )
