from datetime import timedelta

import pytest

from common import clock, tenancy
from common.problems import FieldErrors
from supportplans.access import live_provisioning
from supportplans.provisioning import complete
from tests.cast import organization, person, staff
from tests.tickets.conftest import NOON, act, at, file, fresh, reply
from tickets import handling, queue
from tickets.desk.callbacks import request_callback
from tickets.desk.tagging import retag
from tickets.models import Ticket
from tickets.queue import Filters
from tickets.sweep import sweep


@pytest.fixture
def five(plans, on_tier) -> dict[str, Ticket]:
    """From the most urgent to the least: by severity, priority, due time; basic sorts as guidance."""
    return {
        "basic_down": file(plans.acme, plans.member, severity="critical_down"),
        "guidance": file(plans.orbit, plans.outsider, severity="guidance"),
        "partner_down": file(plans.pine, plans.partner_member, severity="production_down", when=NOON),
        "later_down": file(plans.orbit, plans.outsider, severity="production_down", when=NOON + timedelta(minutes=5)),
        "core_down": file(plans.orbit, plans.outsider, severity="critical_down", when=NOON + timedelta(minutes=10)),
        "down": file(plans.orbit, plans.outsider, severity="production_down", when=NOON),
    }


ORDER = ["core_down", "down", "later_down", "partner_down", "guidance", "basic_down"]


def seen(five, view="all", person=None, when=NOON + timedelta(minutes=11), marker="", size=50, **filters) -> list[str]:
    names = {ticket.number: name for name, ticket in five.items()}
    with tenancy.everything():
        page = queue.page(view=view, person=person, at=when, filters=Filters(**filters), marker=marker, size=size)
    return [names[ticket.number] for ticket in page.tickets]


def test_severity_then_priority_then_due_time(plans, five):
    assert seen(five) == ORDER


def test_a_ticket_that_owes_no_answer_comes_last_of_its_rank(plans, five):
    reply(five["down"], plans.engineer, NOON + timedelta(minutes=1))
    assert seen(five) == ["core_down", "later_down", "down", "partner_down", "guidance", "basic_down"]


def test_finished_tickets_are_not_on_the_desk(plans, five):
    reply(five["down"], plans.engineer, NOON + timedelta(minutes=1), then="resolve")
    assert "down" not in seen(five)


def test_views_of_who_has_it(plans, five):
    act(handling.claim, five["guidance"], plans.engineer, NOON)
    assert seen(five, "mine", plans.engineer) == ["guidance"]
    assert seen(five, "mine", plans.expert) == []
    assert "guidance" not in seen(five, "unassigned")
    assert len(seen(five, "unassigned")) == 5


def test_my_team_is_my_level_and_my_products(plans, five):
    """orbit's tickets are for experts; acme's and pine's for engineers."""
    assert seen(five, "team", plans.engineer) == ["partner_down", "basic_down"]
    assert seen(five, "team", plans.expert) == ORDER
    database = file(plans.orbit, plans.outsider, product="rds")
    five["database"] = database
    someone = staff("rds@support.example", "engineer", "senior")
    someone.staff.products = ["rds", "dds"]
    someone.staff.save()
    file(plans.orbit, plans.outsider, product="obs")
    assert seen(five, "team", someone) == [*ORDER[:4], "database", *ORDER[4:]]
    assert seen(five, "team", someone, product="rds") == ["database"]
    assert seen(five, "team", someone, product="obs") == []


def test_waiting_for_the_customer(plans, five):
    reply(five["guidance"], plans.engineer, NOON, then="wait")
    assert seen(five, "waiting") == ["guidance"]
    assert "guidance" in seen(five)


def test_overdue_tickets_are_seen_before_any_sweep(plans, five):
    when = NOON + timedelta(minutes=30)
    assert seen(five, "breached", when=when) == ["core_down", "down", "partner_down"]
    assert seen(five, "breached", when=NOON) == []


def test_tickets_about_to_breach_are_those_past_80_percent(plans, five):
    when = NOON + timedelta(minutes=24)
    with clock.at(when):
        sweep(at=when)
    assert seen(five, "at_risk", when=when) == ["down", "partner_down"]
    assert seen(five, "at_risk", when=NOON + timedelta(minutes=30)) == []


def test_who_waits_to_be_called_back(plans, five):
    assert seen(five, "callbacks") == []
    with tenancy.everything():
        request_callback(ticket=five["guidance"], phone="110 110", when="", by=plans.outsider, at=NOON)
    assert seen(five, "callbacks") == ["guidance"]
    assert seen(five, "callbacks", tier="basic") == []


@pytest.mark.parametrize("view", ["all", "unassigned", "breached", "team"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_join_without_gap_or_repeat_and_lead_back(plans, five, view, size):
    when = NOON + timedelta(days=3)
    names = {ticket.number: name for name, ticket in five.items()}

    def page(marker):
        with tenancy.everything():
            return queue.page(view=view, person=plans.expert, at=when, filters=Filters(), marker=marker, size=size)

    first = page("")
    assert first.previous is None
    pages, found = [first], [names[ticket.number] for ticket in first.tickets]
    while pages[-1].next:
        pages.append(page(pages[-1].next))
        found += [names[ticket.number] for ticket in pages[-1].tickets]
    assert found == ORDER
    back = pages[-1]
    for expected in reversed(pages[:-1]):
        back = page(back.previous)
        assert [t.number for t in back.tickets] == [t.number for t in expected.tickets]
    assert back.previous is None


def test_a_marker_survives_the_ticket_it_was_made_of(plans, five):
    with tenancy.everything():
        first = queue.page(view="all", person=plans.engineer, at=NOON, filters=Filters(), size=2)
    reply(five["down"], plans.engineer, NOON, then="resolve")
    assert seen(five, marker=first.next) == ["later_down", "partner_down", "guidance", "basic_down"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"organization": "pine"}, ["partner_down"]),
        ({"organization": "nobody"}, []),
        ({"tier": "basic"}, ["basic_down"]),
        ({"level": "engineer"}, ["partner_down", "basic_down"]),
        ({"severity": "production_down"}, ["down", "later_down", "partner_down"]),
        ({"kind": "business"}, []),
        ({"channel": "portal", "tier": "standard"}, ["partner_down"]),
        ({"q": "DATABASE", "tier": "standard"}, ["partner_down"]),
        ({"q": "100%"}, []),
        ({"tag": "vip"}, []),
        ({"tag": "Slow Disk"}, ["guidance", "basic_down"]),
        ({"tag": "slow-disk", "tier": "basic"}, ["basic_down"]),
    ],
)
def test_the_queue_is_narrowed(plans, five, filters, names):
    for name in ("guidance", "basic_down"):
        act(retag, five[name], plans.engineer, NOON, add=["slow disk"])
    assert seen(five, **filters) == names


@pytest.mark.parametrize("most", [0, 1, 1000])
def test_a_tag_is_found_whether_few_bear_it_or_many(plans, five, monkeypatch, most):
    monkeypatch.setattr("tickets.queue.MOST_TAGGED", most)
    for name in ("guidance", "basic_down", "core_down"):
        act(retag, five[name], plans.engineer, NOON, add=["slow"])
    assert seen(five, tag="slow") == ["core_down", "guidance", "basic_down"]
    assert seen(five, tag="slow", tier="basic") == ["basic_down"]
    assert seen(five, "team", plans.engineer, tag="slow") == ["basic_down"]
    assert seen(five, "breached", when=NOON + timedelta(minutes=30), tag="slow") == ["core_down"]


def test_a_tam_sees_the_organizations_that_are_theirs(plans, on_tier):
    zenith = on_tier(organization("zenith"), "enterprise")
    with tenancy.everything():
        task = live_provisioning(zenith).get(kind="tam")
        complete(task=task, by=plans.admin, at=NOON, person=plans.tam, deputy=plans.lead)
    owner = person("owner@zenith.example", zenith, "owner")
    theirs = [file(zenith, owner, NOON + timedelta(minutes=n)).number for n in range(3)]
    file(plans.orbit, plans.outsider)
    late = NOON + timedelta(days=2)
    for view in ("all", "team", "breached"):
        for email, numbers in (("TAM@support.example", theirs), ("engineer@support.example", [])):
            with tenancy.everything():
                page = queue.page(view=view, person=plans.tam, at=late, filters=Filters(tam=email), size=2)
                rest = page.next and queue.page(
                    view=view, person=plans.tam, at=late, filters=Filters(tam=email), marker=page.next, size=2
                )
            found = page.tickets + (rest.tickets if rest else [])
            assert [ticket.number for ticket in found] == numbers


def test_the_numbers_of_all_that_match_come_in_the_same_order(plans, five):
    with tenancy.everything():
        found = queue.numbers(view="all", person=plans.engineer, at=NOON, filters=Filters(tier="business"), limit=3)
    assert found == [five[name].number for name in ORDER[:3]]


def test_a_ticket_is_found_by_its_number(plans, five):
    assert seen(five, q=five["guidance"].number) == ["guidance"]


@pytest.mark.parametrize(("view", "marker"), [("everything", ""), ("all", "x"), ("all", "eyJhIjoxfQ:1abc:def")])
def test_unknown_views_and_markers_are_named(plans, five, view, marker):
    with pytest.raises(FieldErrors):
        seen(five, view, marker=marker)


@pytest.mark.parametrize("view", queue.VIEWS)
def test_every_view_reads_an_index_in_its_order(plans, five, view, django_assert_max_num_queries):
    """With sorting and sequential reads made dear, no plan of a view needs them over the table."""
    from django.db import connection

    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        with django_assert_max_num_queries(2) as counted:
            queue.page(view=view, person=plans.expert, at=NOON, filters=Filters(), size=2)
        cursor.execute(f"EXPLAIN {counted.captured_queries[0]['sql'].removeprefix(queue.IN_ORDER)}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using queue_" in plan
    assert "Seq Scan on tickets_ticket" not in plan


def test_the_row_brings_names_along(plans, five):
    with tenancy.everything():
        page = queue.page(view="all", person=plans.engineer, at=at("2026-11-24 12:11"), filters=Filters(), size=1)
    (row,) = page.tickets
    assert (row.organization, row.reporter, row.assignee) == (plans.orbit, plans.outsider, None)
    assert fresh(row).pk == row.pk
