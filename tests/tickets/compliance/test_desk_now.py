"""What lies on the desk now, and who has it (spec page 4, section 4.5 'Lead's page')."""

from datetime import timedelta

from accounts.models import Person
from common import clock, tenancy
from tests.tickets.conftest import NOON, act, file, reply
from tickets import handling, sweep
from tickets.compliance import desk_now
from tickets.compliance.desk_now import Lying
from tickets.desk.duty import duty_at
from tickets.models import Shift

SHORT = timedelta(microseconds=1)


def lying(when):
    with tenancy.everything():
        return desk_now.on_desk(when)


def loads(when):
    with tenancy.everything():
        return desk_now.load(duty_at(when), when)


def test_an_open_ticket_stands_in_one_of_four(plans):
    file(plans.orbit, plans.outsider, severity="production_down")
    answered = file(plans.orbit, plans.outsider, severity="production_down")
    reply(answered, plans.engineer, NOON + timedelta(minutes=1))
    assert lying(NOON + timedelta(minutes=2)).total == Lying(open=2, owed=1)
    late = NOON + timedelta(minutes=25)
    with clock.at(late):
        sweep.sweep(at=late)
    assert lying(late).total == Lying(open=2, at_risk=1)
    overdue = lying(NOON + timedelta(minutes=30))
    assert overdue.by_severity == {"production_down": Lying(open=2, overdue=1)}
    assert (overdue.total.unanswered, overdue.total.quiet) == (1, 1)


def test_finished_tickets_do_not_lie_on_the_desk(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, NOON, then="resolve")
    assert lying(NOON) == desk_now.OnDesk(Lying(), {}, [{}, {}, {}, {}, {}])


def test_ages_are_counted_from_filing_and_a_bracket_begins_with_its_day(plans):
    file(plans.orbit, plans.outsider, severity="guidance")
    for age, bracket in (
        (timedelta(days=1) - SHORT, 0),
        (timedelta(days=1), 1),
        (timedelta(days=3), 2),
        (timedelta(days=7), 3),
        (timedelta(days=14) - SHORT, 3),
        (timedelta(days=14), 4),
    ):
        assert [index for index, age_of in enumerate(lying(NOON + age).by_age) if age_of] == [bracket]


def test_the_load_names_every_engineer_others_who_have_some_and_what_nobody_has(plans):
    mine, hers, _nobodys = (file(plans.orbit, plans.outsider, severity="production_down") for _ in range(3))
    act(handling.claim, mine, plans.engineer, NOON)
    reply(mine, plans.engineer, NOON, then="wait")
    act(handling.claim, hers, plans.lead, NOON)
    rows = loads(NOON + timedelta(minutes=40))
    found = {
        row.person.email if row.person else "": (row.open, row.in_progress, row.waiting, row.overdue) for row in rows
    }
    assert found == {
        plans.engineer.email: (0, 0, 1, 0),
        plans.lead.email: (0, 1, 0, 1),
        plans.expert.email: (0, 0, 0, 0),
        "": (1, 0, 0, 1),
    }
    assert rows[-1].person is None


def test_who_left_the_staff_keeps_a_name_until_the_tickets_are_given_away(plans):
    ticket = file(plans.orbit, plans.outsider)
    act(handling.claim, ticket, plans.engineer, NOON)
    Person.objects.filter(pk=plans.engineer.pk).update(is_active=False)
    assert [row.person.email for row in loads(NOON) if row.person and row.total] == [plans.engineer.email]


def test_on_duty_is_whoever_has_a_running_shift(plans):
    Shift.objects.create(person=plans.expert, starts_at=NOON, ends_at=NOON + timedelta(hours=8))
    assert {row.person.email: row.on_duty for row in loads(NOON) if row.person} == {
        plans.expert.email: True,
        plans.engineer.email: False,
    }
