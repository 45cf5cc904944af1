import pytest

from common import clock
from tests.tickets.conftest import NOON, act, file, fresh, history_of
from tickets.desk.tagging import normal, retag, tags_in_use
from tickets.history_words import sentence

TICKETS = "/api/v1/desk/tickets"


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def test_tags_are_small_words_without_spaces():
    assert [normal(" Needs  Info "), normal("ＶＩＰ"), normal("磁盘")] == ["needs-info", "vip", "磁盘"]


def test_tags_are_added_and_removed_and_told(plans, ticket):
    act(retag, ticket, plans.engineer, NOON, add=["VIP", "slow disk"])
    act(retag, ticket, plans.engineer, NOON, add=["vip", "磁盘"], remove=["slow-disk"])
    assert fresh(ticket).tags == ["vip", "磁盘"]
    last = history_of(ticket)[-1]
    assert (last.event, last.details) == ("tagged", {"added": ["磁盘"], "removed": ["slow-disk"]})
    assert sentence(last) == "Engineer changed the tags: +磁盘 −slow-disk"


def test_what_changes_nothing_is_not_told(plans, ticket):
    act(retag, ticket, plans.engineer, NOON, add=["vip"])
    act(retag, ticket, plans.engineer, NOON, add=["VIP"], remove=["other"])
    assert [entry.event for entry in history_of(ticket)].count("tagged") == 1


def test_tags_in_use_are_offered_until_nothing_bears_them(plans, ticket):
    other = file(plans.orbit, plans.outsider)
    for one in (ticket, other):
        act(retag, one, plans.engineer, NOON, add=["vip", "vpn", "slow"])
    assert tags_in_use() == ["slow", "vip", "vpn"]
    assert tags_in_use("V") == ["vip", "vpn"]
    act(retag, ticket, plans.engineer, NOON, remove=["vip"])
    assert tags_in_use("vi") == ["vip"]
    act(retag, other, plans.engineer, NOON, remove=["vip"])
    assert tags_in_use("vi") == []


@pytest.mark.parametrize("tag", ["a,b", "-x", "<b>", "x" * 41, "a/b", "a\x00b"])
def test_signs_and_lengths_that_are_no_tag(plans, ticket, api, tag):
    answer = api(plans.engineer).post(f"{TICKETS}/{ticket.number}/tags", {"add": [tag]}, format="json")
    assert answer.status_code == 400
    assert fresh(ticket).tags == []


def test_a_ticket_bears_at_most_twenty(plans, ticket, api):
    client, path = api(plans.engineer), f"{TICKETS}/{ticket.number}/tags"
    tags = [f"tag-{n}" for n in range(20)]
    assert client.post(path, {"add": tags}, format="json").json()["tags"] == tags
    assert client.post(path, {"add": ["one-more"]}, format="json").status_code == 400
    assert client.post(path, {"add": ["one-more"], "remove": ["tag-0"]}, format="json").status_code == 200


def test_the_api_lists_tags_in_use_and_the_queue_finds_them(plans, ticket, api):
    client = api(plans.engineer)
    client.post(f"{TICKETS}/{ticket.number}/tags", {"add": ["vip"]}, format="json")
    assert client.get("/api/v1/desk/tags", {"q": "v"}).json() == {"results": ["vip"]}
    (row,) = client.get("/api/v1/desk/queue", {"tag": "vip"}).json()["results"]
    assert row["tags"] == ["vip"]


def test_the_customer_sees_no_tag(plans, ticket, api):
    act(retag, ticket, plans.engineer, NOON, add=["difficult"])
    text = api(plans.outsider).get(f"/api/v1/orgs/orbit/tickets/{ticket.number}").content.decode()
    assert "difficult" not in text
    assert "tagged" not in text
