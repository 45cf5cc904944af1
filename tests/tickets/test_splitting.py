import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common import tenancy
from common.problems import FieldErrors
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, message, reply, timers_of
from tickets import links, splitting
from tickets.models import Attachment, Message, Ticket
from tickets.thread_refusals import LinkCycle, OtherOrganization, SameTicket

LATER = at("2026-11-24 13:00")


def split(ticket, by, messages, when=LATER, subject="The bill") -> Ticket:
    return act(splitting.split, ticket, by, when, messages=[one.pk for one in messages], subject=subject)


def conversation(ticket) -> list[int]:
    with tenancy.everything():
        return list(Message.objects.filter(ticket=ticket).order_by("id").values_list("id", flat=True))


@pytest.fixture
def ticket(plans):
    """Of orbit on business, production_impaired: 180 minutes."""
    return file(plans.orbit, plans.outsider)


def test_a_message_that_waits_takes_the_clock_along_when_none_is_left(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"))
    asked = message(ticket, plans.outsider, at("2026-11-24 12:20"), "And the bill is wrong")
    new = split(ticket, plans.engineer, [asked])
    assert [timer.state for timer in timers_of(ticket)] == ["met", "cancelled"]
    (timer,) = timers_of(new)
    assert (timer.kind, timer.started_at, timer.due_at) == ("first", LATER, at("2026-11-24 15:20"))
    assert fresh(new).response_due_at == timer.due_at
    assert conversation(new) == [asked.pk]
    assert events_of(new) == ["created", "timer_started", "timer_handed_over"]
    assert events_of(ticket)[-2:] == ["split_off", "timer_cancelled"]


def test_the_clock_stays_where_somebody_still_waits(plans, ticket):
    asked = message(ticket, plans.outsider, at("2026-11-24 12:20"), "And the bill is wrong")
    new = split(ticket, plans.engineer, [asked])
    assert [(timer.state, timer.due_at) for timer in timers_of(ticket)] == [("running", at("2026-11-24 15:00"))]
    assert [timer.due_at for timer in timers_of(new)] == [at("2026-11-24 15:00")]


def test_what_was_answered_owes_nothing(plans, ticket):
    asked = message(ticket, plans.outsider, at("2026-11-24 12:20"), "And the bill is wrong")
    reply(ticket, plans.engineer, at("2026-11-24 12:30"))
    new = split(ticket, plans.engineer, [asked])
    assert timers_of(new) == []
    row = fresh(new)
    assert (row.response_due_at, row.response_state, row.last_side) == (None, "met", "staff")


def test_the_new_ticket_is_a_child_of_the_same_kind(plans, ticket):
    asked = message(
        ticket,
        plans.outsider,
        at("2026-11-24 12:20"),
        files=[SimpleUploadedFile("bill.txt", b"12.00", "text/plain")],
    )
    new = fresh(split(ticket, plans.engineer, [asked], subject="  The   bill "))
    assert (new.subject, new.kind, new.severity, new.organization_id, new.reporter) == (
        "The bill",
        ticket.kind,
        ticket.severity,
        ticket.organization_id,
        plans.outsider,
    )
    with tenancy.everything():
        assert Attachment.objects.get().ticket_id == new.pk
        assert [(one.kind, one.number) for one in links.linked(ticket)] == [("child", new.number)]
        assert [(one.kind, one.number) for one in links.linked(new)] == [("parent", ticket.number)]


def test_what_cannot_be_split(plans, ticket):
    asked = message(ticket, plans.outsider, at("2026-11-24 12:20"))
    other = message(file(plans.orbit, plans.outsider), plans.outsider, NOON)
    with tenancy.everything():
        opening = Message.objects.filter(ticket=ticket).first()
    for messages, subject in (([], "x"), ([opening], "x"), ([asked, other], "x"), ([asked], " "), ([asked], "x" * 201)):
        with pytest.raises(FieldErrors):
            split(ticket, plans.engineer, messages, subject=subject)
    with tenancy.everything():
        assert Ticket.objects.count() == 2


def link(ticket, kind, to, by):
    return act(links.link, ticket, by, LATER, kind=kind, to=to.number)


def shown(ticket) -> list[tuple[str, str]]:
    with tenancy.everything():
        return [(str(one.kind), one.number) for one in links.linked(ticket)]


@pytest.mark.parametrize(
    ("kind", "inverse"),
    [("parent", "child"), ("child", "parent"), ("duplicate", "duplicate"), ("related", "related")],
)
def test_a_link_shows_on_both_sides(plans, ticket, kind, inverse):
    other = file(plans.orbit, plans.outsider)
    link(ticket, kind, other, plans.engineer)
    link(ticket, kind, other, plans.engineer)
    link(other, inverse, ticket, plans.engineer)
    assert shown(ticket) == [(kind, other.number)]
    assert shown(other) == [(inverse, ticket.number)]


def test_no_ticket_is_above_itself(plans, ticket):
    second, third = file(plans.orbit, plans.outsider), file(plans.orbit, plans.outsider)
    link(ticket, "parent", second, plans.engineer)
    link(second, "parent", third, plans.engineer)
    with pytest.raises(LinkCycle):
        link(third, "parent", ticket, plans.engineer)
    with pytest.raises(LinkCycle):
        link(ticket, "child", third, plans.engineer)
    assert shown(third) == [("child", second.number)]


def test_only_tickets_of_one_organization_are_linked(plans, ticket):
    with pytest.raises(OtherOrganization):
        link(ticket, "related", file(plans.pine, plans.partner_member), plans.engineer)
    with pytest.raises(SameTicket):
        link(ticket, "related", ticket, plans.engineer)
    with pytest.raises(FieldErrors):
        link(ticket, "friend", ticket, plans.engineer)
    with pytest.raises(FieldErrors):
        act(links.link, ticket, plans.engineer, LATER, kind="related", to="nonsense")
    assert shown(ticket) == []
