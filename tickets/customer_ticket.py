"""A ticket as the people of its organization read it: what is due, what was said, what they can do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import Reach
from supportplans.catalogue import Catalogue, SeverityDefinition, Tier, UnknownCode
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements, entitlements
from tickets import (
    access,
    category_questions,
    drafts,
    history_words,
    out_of_scope,
    satisfaction,
    surroundings,
    timers,
    urging,
)
from tickets.category_questions import Answer
from tickets.closing import GIVEN_BACK_WITHIN
from tickets.desk import callbacks
from tickets.drafts import Kept
from tickets.models import FINISHED, CallbackRequest, Kind, Message, ResponseTimer, Status, Ticket, TicketEvent
from tickets.status_changes import CLOSED_AFTER, RESOLVED_AFTER, REVIVED_WITHIN
from tickets.surroundings import Surroundings


@dataclass(frozen=True)
class TimerLine:
    """A response timer as a reader sees it: `state` counts a due time that has passed as a breach.

    `explained`: what happened to it, oldest first, each with its sentence.
    """

    timer: ResponseTimer
    explained: list[tuple[TicketEvent, str]]
    state: str
    target: str
    took: timedelta | None
    late_by: timedelta | None
    accepts: bool


class CustomerTicket:
    """Everything a customer's ticket page shows; rows are fetched when a fragment first needs them."""

    def __init__(self, reach: Reach, number: str, *, at: datetime) -> None:
        self.reach, self.at = reach, at
        self.ticket: Ticket = access.ticket_of(reach.organization, number)

    @cached_property
    def held(self) -> Entitlements:
        """What the organization holds now, whatever the ticket was filed under."""
        return entitlements(self.reach.organization, self.at)

    @property
    def catalogue(self) -> Catalogue:
        return self.held.catalogue

    @cached_property
    def tier(self) -> Tier | None:
        """The tier the ticket was filed under; None when the catalogue has it no more."""
        try:
            return self.held.family.tier(self.ticket.tier)
        except UnknownCode:
            return None

    @property
    def category(self) -> Text | str:
        """Its category by name; the code where the family has it no more."""
        code = self.ticket.category
        return next((each.name for each in self.held.family.categories if each.code == code), code)

    def messages(self, *, after: int = 0) -> list[Message]:
        """The public conversation, oldest first; only what came after the message `after`."""
        return [message for message in access.messages_of(self.ticket, internal=False) if message.pk > after]

    @cached_property
    def timers(self) -> list[TimerLine]:
        """Its response timers, oldest first."""
        return [self._line(timer) for timer in access.timers_of(self.ticket)]

    @property
    def latest(self) -> TimerLine | None:
        """The timer of what is owed now, or was last."""
        return self.timers[-1] if self.timers else None

    @property
    def spoken_of(self) -> TimerLine | None:
        """The timer that the page's head speaks of: the latest; on a finished ticket the first that was late."""
        late = None if self.ticket.is_active else next((line for line in self.timers if line.late_by), None)
        return late or self.latest

    def _line(self, timer: ResponseTimer) -> TimerLine:
        ended = timer.answered_at
        return TimerLine(
            timer=timer,
            explained=[line for line in reversed(self.history) if line[0].timer_id == timer.pk],
            state=timers.shown_state(timer.state, timer.due_at, at=self.at),
            target=history_words.target_words(timer.target_minutes, timer.target_working_days),
            took=ended - timer.started_at if ended else None,
            late_by=ended - timer.due_at if ended and ended >= timer.due_at else None,
            accepts=timer.kind == timers.FIRST and timer.target_working_days is not None,
        )

    @cached_property
    def history(self) -> list[tuple[TicketEvent, str]]:
        """What happened, each with its sentence, newest first."""
        rows = access.history_of(self.ticket, internal=False)
        return [(row, history_words.sentence(row, self.catalogue)) for row in reversed(rows)]

    @cached_property
    def near(self) -> Surroundings:
        """Watchers, secret fields, follow-ups and the reader's begun message."""
        return surroundings.around(self.ticket, reader=self.reach.person)

    @property
    def draft(self) -> Kept | None:
        """What the reader has begun to write here."""
        saved_at = self.near.draft_saved_at
        return drafts.read(self.near.draft, saved_at) if saved_at else None

    @property
    def watches(self) -> bool:
        """Whether the reader is kept informed besides."""
        return self.reach.person.email in [watcher.email for watcher in self.near.watchers]

    @property
    def answers(self) -> list[Answer]:
        """What was answered to the category's own questions."""
        ticket = self.ticket
        return category_questions.answered(ticket.answers, family=self.held.family.code, category=ticket.category)

    # ---- what the reader may do now; the actions themselves decide again ------------------------

    @property
    def may_write(self) -> bool:
        return self.reach.may("tickets", "W") and not self.reach.is_staff and not self.reach.organization.is_disabled

    @property
    def can_reply(self) -> bool:
        return self.may_write and (self.ticket.is_active or self.is_revivable)

    @property
    def can_give_secrets(self) -> bool:
        return self.may_write and self.ticket.is_active

    @property
    def urge_again_at(self) -> datetime | None:
        """When the reader may urge for another time; None where they may now, or nothing is owed."""
        if not self.may_write or self.latest is None or self.latest.timer.ended_at is not None:
            return None
        again = urging.possible_again_at(self.latest.timer)
        return again if again is not None and self.at < again else None

    @property
    def can_urge(self) -> bool:
        """Whether an answer is owed and the reader may urge for it now."""
        owed = self.latest is not None and self.latest.timer.ended_at is None
        return self.may_write and owed and self.urge_again_at is None

    @property
    def can_withdraw(self) -> bool:
        return self.may_write and self.ticket.is_active

    @property
    def can_close(self) -> bool:
        return self.may_write and (self.ticket.is_active or self.ticket.status == Status.RESOLVED)

    @property
    def can_reopen(self) -> bool:
        return self.may_write and self.is_revivable

    @property
    def can_ask_severity(self) -> bool:
        """Whether the reader may ask the desk for another severity."""
        return self.may_write and self.ticket.is_active and bool(self.other_severities)

    @cached_property
    def other_severities(self) -> list[SeverityDefinition]:
        """What the plan offers besides the severity it has, most urgent first."""
        offered = [one for one in self.catalogue.severities if self.held.offers(one.code)]
        return [one for one in offered if one.code != self.ticket.severity]

    @property
    def is_revivable(self) -> bool:
        """Finished at most 14 days ago: a message or reopening takes it up again."""
        ended_at = self.ticket.resolved_at or self.ticket.closed_at
        return self.ticket.status in FINISHED and ended_at is not None and self.at <= ended_at + REVIVED_WITHIN

    @property
    def needs_follow_up(self) -> bool:
        """It is over for good: what is left is a new ticket that mentions it."""
        return self.may_write and not self.ticket.is_active and not self.is_revivable

    @property
    def gives_unit_back(self) -> bool:
        """Whether withdrawing now returns the ticket's unit to the month's quota."""
        ticket = self.ticket
        is_early = self.at <= ticket.created_at + GIVEN_BACK_WITHIN and ticket.first_reply_at is None
        return ticket.kind == Kind.TECHNICAL and is_early and ticket.reporter_id == self.reach.person.pk

    @property
    def is_metered(self) -> bool:
        return self.held.metered

    @property
    def resolves_at(self) -> datetime | None:
        """When a ticket that waits for the customer resolves itself."""
        return self.ticket.waiting_since + RESOLVED_AFTER if self.ticket.waiting_since else None

    @property
    def closes_at(self) -> datetime | None:
        """When a resolved ticket closes itself."""
        ticket = self.ticket
        return ticket.resolved_at + CLOSED_AFTER if ticket.status == Status.RESOLVED and ticket.resolved_at else None

    @property
    def can_rate(self) -> bool:
        """Whether the reader may say how content they are, for the first time or otherwise than before."""
        return self.may_write and satisfaction.can_be_rated(self.ticket, self.at)

    @property
    def rating_changeable_until(self) -> datetime | None:
        return satisfaction.changeable_until(self.ticket)

    @property
    def can_ask_callback(self) -> bool:
        return self.may_write and self.ticket.is_active

    @cached_property
    def callback(self) -> CallbackRequest | None:
        """The call that is asked for; no statement where none is."""
        wanted = self.ticket.callback_wanted and self.ticket.is_active
        return callbacks.open_callback(self.ticket) if wanted else None

    @property
    def called_back_at(self) -> datetime | None:
        """When the desk called, where nobody has asked for another call since."""
        told = (callbacks.REQUESTED, callbacks.CALLED, callbacks.WITHDRAWN)
        last = next((event for event, _words in self.history if event.event in told), None)
        return last.at if last is not None and last.event == callbacks.CALLED else None

    @property
    def ended_words(self) -> str | Promise:
        if self.ticket.status in FINISHED and not self.is_revivable:
            return _("It ended more than 14 days ago. A follow-up ticket mentions it and goes on from here.")
        return history_words.ended_words(self.ticket)

    @property
    def out_of_scope_reason(self) -> str:
        """Why it was closed as out of scope, in the reader's words; '' where it was not."""
        code = self.ticket.out_of_scope_reason
        return out_of_scope.reason_name(code, self.catalogue, get_language() or "en") if code else ""

    @property
    def places_to_ask(self) -> list[out_of_scope.Place]:
        """Where help is found that the plan does not give."""
        return out_of_scope.places_to_ask(self.ticket.out_of_scope_reason)

    @property
    def next_target(self) -> str:
        """The answer time that the reader's next message starts; '' while one runs already."""
        if self.latest and self.latest.timer.ended_at is None:
            return ""
        promised = self.held.target_for(self.ticket.severity)
        return history_words.target_words(promised.minutes, promised.working_days)
