"""The same key and request is carried out once; its repeats get the first answer (spec page 7 'Idempotency')."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import EndCustomer
from common import clock, tenancy
from common.idempotency import answer_once, fingerprint, sweep_old
from common.models import Heartbeat, IdempotencyRecord
from common.problems import FieldErrors, IdempotencyKeyReused, NotFound, Refusal, RequestInProgress
from tests import cast

PATH = "/api/v1/orgs/pine/end-customers"


class Never(Refusal):
    code = "never"


@pytest.fixture
def done() -> list[str]:
    return []


def once(done, *, key="k", asked="a", person=1, is_form=False, work=None):
    def write():
        done.append(key)
        Heartbeat.objects.create(name=f"{key}{len(done)}", at=clock.real_now())
        return 201, {"number": len(done)}

    with transaction.atomic():
        return answer_once(person_id=person, key=key, asked=asked, work=work or write, is_form=is_form)


def test_a_repeat_gets_the_first_answer(db, done):
    first, again = once(done), once(done)
    assert (first.status, first.body, first.replayed) == (201, {"number": 1}, False)
    assert (again.status, again.body, again.replayed) == (201, {"number": 1}, True)
    assert done == ["k"]


def test_another_request_under_the_key_is_refused(db, done):
    once(done)
    with pytest.raises(IdempotencyKeyReused):
        once(done, asked="b")
    assert done == ["k"]


def test_keys_belong_to_persons(db, done):
    once(done)
    once(done, person=2, asked="b")
    assert done == ["k", "k"]


def test_a_key_is_free_again_after_24_hours(db, done):
    once(done)
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        assert not once(done, asked="b").replayed
        assert once(done, asked="b").replayed
    assert IdempotencyRecord.objects.count() == 1


def test_old_answers_are_swept(db, done):
    once(done)
    assert sweep_old() == 0
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        assert sweep_old() == 1
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize("problem", [FieldErrors({"a": ["no"]}), NotFound()])
def test_a_400_is_not_kept(db, done, problem):
    def refuse():
        raise problem

    with pytest.raises(type(problem)):
        once(done, work=refuse)
    assert not IdempotencyRecord.objects.exists()
    assert once(done).status == 201


def test_a_refusal_is_kept_and_what_was_written_before_it_is_not(db, done):
    def refuse():
        Heartbeat.objects.create(name="half", at=clock.real_now())
        raise Never("Not today.")

    first = once(done, work=refuse)
    assert (first.status, first.body["code"], first.body["detail"]) == (409, "never", "Not today.")
    assert not Heartbeat.objects.exists()
    again = once(done)
    assert (again.status, again.replayed) == (409, True)
    assert done == []


def test_a_form_keeps_no_refusal(db, done):
    def refuse():
        raise Never

    with pytest.raises(Never):
        once(done, work=refuse, is_form=True)
    assert once(done, is_form=True).status == 201
    assert once(done, is_form=True).replayed
    assert done == ["k"]


def test_a_fault_leaves_nothing(db, done):
    def break_down():
        Heartbeat.objects.create(name="half", at=clock.real_now())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(done, work=break_down)
    assert not Heartbeat.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_a_crash_before_the_commit_leaves_neither_work_nor_answer(db, done):
    def crash():
        with transaction.atomic():
            once(done)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert not Heartbeat.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert not once(done).replayed


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b"])
def test_a_key_has_1_to_255_characters(db, done, key):
    with pytest.raises(FieldErrors) as refused:
        once(done, key=key)
    assert list(refused.value.errors) == ["Idempotency-Key"]
    assert done == []


def test_equal_requests_have_equal_fingerprints_whatever_the_order():
    assert fingerprint("POST", {"a": 1, "b": [1, 2]}) == fingerprint("POST", {"b": [1, 2], "a": 1})
    assert fingerprint("POST", {"a": 1}) != fingerprint("POST", {"a": "1"})
    assert fingerprint("POST", {"b": [1, 2]}) != fingerprint("POST", {"b": [2, 1]})


# ---- at the API's door -------------------------------------------------------------------------------------------


def post(client, body, key="k"):
    return client.post(PATH, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def names() -> list[str]:
    with tenancy.everything():
        return list(EndCustomer.objects.order_by("pk").values_list("name", flat=True))


def test_the_api_replays_and_says_so(people, api):
    client = api(people.partner_member)
    first, again = post(client, {"name": "A", "reference": "1"}), post(client, {"reference": "1", "name": "A"})
    assert (first.status_code, "Idempotent-Replay" in first.headers) == (201, False)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    assert again.json() == first.json()
    assert names() == ["A"]


def test_the_api_refuses_another_body_with_422(people, api):
    client = api(people.partner_member)
    post(client, {"name": "A"})
    answer = post(client, {"name": "B"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert names() == ["A"]


def test_the_api_forgets_a_400(people, api):
    client = api(people.partner_member)
    assert post(client, {"name": ""}).status_code == 400
    assert post(client, {"name": "A"}).status_code == 201


def test_the_api_keeps_a_409_as_a_problem_document(people, api):
    people.pine.disabled_at = clock.now()
    people.pine.save()
    client = api(people.partner_member)
    first = post(client, {"name": "A"})
    people.pine.disabled_at = None
    people.pine.save()
    again = post(client, {"name": "A"})
    assert (again.status_code, again.json()) == (409, first.json())
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.headers["Idempotent-Replay"] == "true"
    assert names() == []


def test_without_a_key_two_equal_posts_are_two_things(people, api):
    client = api(people.owner)
    for _time in range(2):
        client.post("/api/v1/orgs/acme/tokens", {"name": "x", "scope": "read"}, format="json")
    assert [row["name"] for row in client.get("/api/v1/orgs/acme/tokens").json()["results"]] == ["x", "x", "test"]


# ---- in threads --------------------------------------------------------------------------------------------------


def in_threads(count, job):
    outcomes = []

    def run():
        try:
            outcomes.append(job())
        except (RequestInProgress, IdempotencyKeyReused) as problem:
            outcomes.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_the_second_is_told_while_the_first_is_running(done):
    entered, leave = threading.Event(), threading.Event()

    def slow():
        entered.set()
        assert leave.wait(10)
        return 201, "first"

    first = threading.Thread(target=lambda: (once(done, work=slow), connection.close()))
    first.start()
    assert entered.wait(10)
    with pytest.raises(RequestInProgress):
        once(done)
    leave.set()
    first.join()
    assert once(done).body == "first"
    assert done == []


@pytest.mark.django_db(transaction=True)
def test_a_form_waits_for_its_twin_and_ends_where_it_does(done):
    barrier = threading.Barrier(4)

    def click():
        barrier.wait()
        return once(done, is_form=True).body["number"]

    assert in_threads(4, click) == [1, 1, 1, 1]
    assert done == ["k"]


@pytest.mark.django_db(transaction=True)
def test_sixteen_equal_requests_make_one_thing():
    people = cast.gather()
    barrier = threading.Barrier(16)
    clients = [cast.client_of(people.partner_member) for _number in range(16)]

    def ask():
        client = clients.pop()
        barrier.wait()
        return post(client, {"name": "A"}).status_code

    statuses = in_threads(16, ask)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert names() == ["A"]
