import pytest

from common.problems import FieldErrors
from tickets.desk import saved_filters
from tickets.desk.saved_filters import TooManyViews, save_view, views_of

VIEWS = "/api/v1/desk/views"


@pytest.fixture
def person(people):
    return people.engineer


def names(person):
    return [one.name for one in views_of(person)]


def keep(person, *given):
    return [save_view(person=person, name=name, view="all", filters={"tier": name}) for name in given]


def test_a_view_is_kept_with_its_filters(person):
    saved = save_view(person=person, name=" Big  ones ", view="unassigned", filters={"tier": "enterprise", "q": ""})
    assert (saved.name, saved.view, saved.filters) == ("Big ones", "unassigned", {"tier": "enterprise"})
    assert saved_filters.filters_of(saved).tier == "enterprise"


def test_the_same_name_keeps_the_new_view_in_its_place(person):
    keep(person, "a", "b")
    save_view(person=person, name="a", view="mine", filters={})
    assert [(one.name, one.view) for one in views_of(person)] == [("a", "mine"), ("b", "all")]


def test_views_stand_in_the_order_they_are_put_in(person):
    first, _second, third = keep(person, "a", "b", "c")
    saved_filters.move_view(saved=third, by=-1)
    assert names(person) == ["a", "c", "b"]
    saved_filters.move_view(saved=first, by=5)
    assert names(person) == ["c", "b", "a"]


def test_a_deleted_view_comes_back_to_its_place(person):
    _first, second, _third = keep(person, "a", "b", "c")
    saved_filters.delete_view(saved=second)
    assert names(person) == ["a", "c"]
    saved_filters.restore_view(
        person=person, name=second.name, view=second.view, filters=second.filters, position=second.position
    )
    assert names(person) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 61}, {"view": "x"}, {"filters": {"x": "y"}}, {"filters": {"q": "x" * 201}}]
)
def test_what_is_no_view_is_refused(person, wrong):
    with pytest.raises(FieldErrors):
        save_view(**{"person": person, "name": "a", "view": "all", "filters": {}} | wrong)
    assert names(person) == []


def test_two_views_have_two_names(person):
    first, _second = keep(person, "a", "b")
    with pytest.raises(FieldErrors):
        saved_filters.change_view(saved=first, name="b")


def test_nobody_keeps_more_than_thirty(person):
    keep(person, *(f"v{n}" for n in range(30)))
    with pytest.raises(TooManyViews):
        keep(person, "one more")


def test_views_by_the_api_are_ones_own(people, api):
    client = api(people.engineer)
    made = client.post(VIEWS, {"name": "Big", "view": "team", "filters": {"tier": "enterprise"}}, format="json")
    assert made.status_code == 201
    assert client.post(VIEWS, {"name": "Small"}, format="json").status_code == 201
    path = f"{VIEWS}/{made.json()['id']}"
    assert client.patch(path, {"name": "Biggest", "position": 1}, format="json").json()["name"] == "Biggest"
    assert [one["name"] for one in client.get(VIEWS).json()["results"]] == ["Small", "Biggest"]
    assert api(people.expert).get(VIEWS).json()["results"] == []
    assert api(people.expert).delete(path).status_code == 404
    assert api(people.owner).get(VIEWS).status_code == 404
    assert client.delete(path).status_code == 204
    assert names(people.engineer) == ["Small"]
