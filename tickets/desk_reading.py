"""What the desk's pages show beside the ticket itself, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from accounts.access import organizations_of
from accounts.models import Organization, Person
from accounts.roles import allows, staff_role_key
from supportplans.catalogue import Catalogue, Tier, UnknownCode
from supportplans.document_reading import Text
from tickets import access, category_questions, history_words, timers
from tickets.category_questions import Answer
from tickets.models import Attachment, Message, ResponseTimer, Ticket, TicketEvent

MESSAGES_SHOWN = 50


def tier_of(ticket: Ticket, catalogue: Catalogue) -> Tier | Text:
    """The tier it was filed under; its code where today's catalogue does not have it any more."""
    try:
        return catalogue.family_for(ticket.organization.kind).tier(ticket.tier)
    except UnknownCode:
        return Text(ticket.tier, ticket.tier)


def category_of(ticket: Ticket, catalogue: Catalogue) -> Text | str:
    """The name of its category, as the family's ticket form has it; its code where that is gone."""
    family = catalogue.family_for(ticket.organization.kind)
    return next((one.name for one in family.categories if one.code == ticket.category), ticket.category)


def answers_of(ticket: Ticket, catalogue: Catalogue) -> list[Answer]:
    """What was answered to its category's own questions; no statement where nothing was."""
    family = catalogue.family_for(ticket.organization.kind)
    return category_questions.answered(ticket.answers, family=family.code, category=ticket.category)


@dataclass(frozen=True)
class Part:
    """Some messages of a conversation, oldest first; `earlier_than` is the marker of the part before, if any."""

    messages: Sequence[Message]
    earlier_than: int | None


def conversation(ticket: Ticket, *, before: int | None = None) -> Part:
    """The newest messages and notes (older than the id `before`), with authors and files; two statements."""
    found = Message.objects.filter(ticket=ticket).select_related("author").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    files = Attachment.objects.filter(ticket=ticket).order_by("id")
    newest = list(found.prefetch_related(Prefetch("attachments", files, to_attr="files"))[: MESSAGES_SHOWN + 1])
    shown = newest[:MESSAGES_SHOWN][::-1]
    has_earlier = len(newest) > MESSAGES_SHOWN
    if shown and not has_earlier:
        # What the customer tried before filing stands below the first message.
        shown[0].is_first = True  # type: ignore[attr-defined]
    return Part(shown, shown[0].pk if has_earlier else None)


@dataclass(frozen=True)
class OwedAnswer:
    """A response timer and the state a reader sees."""

    timer: ResponseTimer
    state: str

    @property
    def is_open(self) -> bool:
        return self.timer.ended_at is None


@dataclass(frozen=True)
class OwedAnswers:
    """A ticket's timers, the latest first."""

    all: list[OwedAnswer]

    @property
    def open(self) -> OwedAnswer | None:
        return next((one for one in self.all if one.is_open), None)

    @property
    def can_be_accepted(self) -> bool:
        """Whether accepting keeps what is promised now (tickets/handling.py has the rule)."""
        owed = self.open
        return owed is not None and owed.timer.kind == timers.FIRST and owed.timer.target_working_days is not None

    @property
    def version(self) -> str:
        """Another text whenever they read differently."""
        return ".".join(
            f"{one.timer.pk}-{one.state}-{one.is_open:d}-{one.timer.due_at:%y%m%d%H%M%S}" for one in self.all
        )


def owed_answers(ticket: Ticket, *, at: datetime) -> OwedAnswers:
    """The timers of a ticket; one statement."""
    return OwedAnswers(
        [
            OwedAnswer(timer, timers.shown_state(timer.state, timer.due_at, at=at))
            for timer in reversed(access.timers_of(ticket))
        ]
    )


@dataclass(frozen=True)
class Line:
    """Something that happened, as a sentence; `look` is a class of static/css/desk.css."""

    at: datetime
    text: str
    look: str


def history(ticket: Ticket, catalogue: Catalogue, *, timer_id: int | None = None) -> list[Line]:
    """What happened, the latest first; with `timer_id` what happened to that timer, in order. One statement."""
    lines = [
        Line(event.at, history_words.sentence(event, catalogue), look_of(event))
        for event in access.history_of(ticket)
        if timer_id in (None, event.timer_id)
    ]
    return lines if timer_id is not None else lines[::-1]


def look_of(event: TicketEvent) -> str:
    """How a line of the history is marked: what is late, what is about to be, what went well."""
    if event.step is not None:
        return "history-late" if event.step >= timers.BREACH_PERCENT else "history-soon"
    if event.event == "timer_answered":
        return "history-good" if (event.details or {}).get("state") == timers.MET else "history-late"
    return "history-good" if event.event in ("resolved", "accepted") else ""


@dataclass(frozen=True)
class Group:
    """Colleagues of one role or level."""

    name: str
    people: list[Person]


def colleagues() -> list[Group]:
    """Everybody who may be given a ticket, grouped by role and level, by name; one statement."""
    groups: dict[str, list[Person]] = {}
    for person in _workers():
        groups.setdefault(_group_of(person), []).append(person)
    return [Group(name, people) for name, people in groups.items()]


def _workers() -> Iterable[Person]:
    staff = Person.objects.staff().select_related("staff").order_by("staff__role", "staff__level", "name", "email")
    return (person for person in staff if allows(staff_role_key(person.staff_role()), "tickets", "W"))


def _group_of(person: Person) -> str:
    profile = person.staff
    role = profile.get_role_display()
    return f"{role} · {profile.get_level_display()}" if profile.role == profile.Role.ENGINEER else role


def subjects_of(numbers: Sequence[str]) -> list[Ticket]:
    """The tickets with these numbers, in their order, with number and subject alone; one statement."""
    found = {one.number: one for one in Ticket.objects.filter(number__in=numbers).only("number", "subject")}
    return [found[number] for number in numbers if number in found]


def organizations_like(person: Person, text: str, *, limit: int) -> list[Organization]:
    """Organizations that `person` may see whose short name or name begins with `text`."""
    begins = Q(slug__startswith=text.lower()) | Q(name__istartswith=text)
    return list(organizations_of(person).filter(begins).order_by("slug")[:limit])
