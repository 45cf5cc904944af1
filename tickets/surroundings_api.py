"""API of what stands around a ticket: secret fields and watchers, for organizations and for the desk."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api_input import read_given
from tickets import access, secrets, watching
from tickets.api import TicketDoor
from tickets.api_documents import secret_document, ticket_detail
from tickets.desk_api import DeskTicketDoor
from tickets.models import SecretField
from tickets.secrets import Given
from tickets.serializers import RevealedSecretShape, SecretIn, SecretShape, TicketDetailShape, WatchersIn
from tickets.surroundings import Secret


def _shown(row: SecretField) -> dict[str, object]:
    return secret_document(Secret(row.pk, row.label, row.given_by.display_name(), row.given_at, row.deleted_at))


class TicketSecretsView(TicketDoor):
    @extend_schema(operation_id="tickets_secrets_create", request=SecretIn, responses={201: SecretShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Give a secret field; only the staff can look at its value, and it is deleted when the ticket ends."""
        ticket, given = self.ticket(), Given(**read_given(SecretIn, request))
        row = secrets.give(ticket=ticket, organization=self.organization, secret=given, by=self.person, at=clock.now())
        return Response(_shown(row), status=201)


class TicketSecretView(TicketDoor):
    @extend_schema(operation_id="tickets_secrets_destroy", request=None, responses={204: None})
    def delete(self, request: Request, slug: str, number: str, secret: int) -> Response:
        """Take a secret field back."""
        secrets.delete(secret=access.secret_of(self.ticket(), secret), by=self.person, at=clock.now())
        return Response(status=204)


class TicketWatchersView(TicketDoor):
    @extend_schema(operation_id="tickets_watchers_create", request=WatchersIn, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Keep people of the organization informed, by their e-mails."""
        ticket, at = self.ticket(), clock.now()
        emails = read_given(WatchersIn, request)["watchers"]
        watching.watch(ticket=ticket, organization=self.organization, emails=emails, by=self.person, at=at)
        return Response(ticket_detail(self.ticket(), at=at))


class TicketWatcherView(TicketDoor):
    @extend_schema(operation_id="tickets_watchers_destroy", request=None, responses={204: None})
    def delete(self, request: Request, slug: str, number: str, email: str) -> Response:
        """Inform somebody no more."""
        watching.unwatch(
            ticket=self.ticket(), organization=self.organization, email=email, by=self.person, at=clock.now()
        )
        return Response(status=204)


class DeskSecretView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_secrets_destroy", request=None, responses={204: None})
    def delete(self, request: Request, number: str, secret: int) -> Response:
        """Delete a secret field that is needed no more."""
        secrets.delete(secret=access.secret_of(self.ticket(), secret), by=self.person, at=clock.now())
        return Response(status=204)


class RevealSecretView(DeskTicketDoor):
    # A repeat is another look: nothing of the answer is kept.
    keeps_answers = False

    @extend_schema(operation_id="desk_tickets_secrets_reveal", request=None, responses=RevealedSecretShape)
    def post(self, request: Request, number: str, secret: int) -> Response:
        """The value of a secret field; every look stands in the ticket's history and in the audit trail."""
        row = access.secret_of(self.ticket(), secret)
        value = secrets.reveal(secret=row, by=self.person, at=clock.now())
        return Response({"id": row.pk, "label": row.label, "value": value}, headers={"Cache-Control": "no-store"})
