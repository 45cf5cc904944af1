import pytest

from common import tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from supportplans import access
from supportplans.models import ProvisioningTask
from supportplans.provisioning import complete
from tests.supportplans.conftest import START


@pytest.fixture
def task(people, subscribe):
    subscribe(people.acme, "enterprise", by=people.owner)

    def of(kind: str) -> ProvisioningTask:
        with tenancy.everything():
            return ProvisioningTask.objects.get(kind=kind)

    return of


def finish(task, people, **facts):
    with tenancy.everything():
        return complete(task=task, by=people.admin, at=START, **facts)


def test_a_line_is_done_when_its_number_is_registered(people, task):
    done = finish(task("enterprise_line"), people, reference="400-820-1234, digit 7")
    assert (done.state, done.reference, done.done_at) == ("done", "400-820-1234, digit 7", START)
    with tenancy.everything():
        entry = AuditEntry.objects.get(action="provisioning.completed")
        assert (entry.by, entry.object, entry.after["reference"]) == (
            people.admin.name,
            "enterprise_line",
            "400-820-1234, digit 7",
        )


def test_a_technical_service_manager_has_a_deputy(people, task):
    with pytest.raises(FieldErrors) as refused:
        finish(task("tam"), people, person=people.tam, deputy=people.tam)
    assert list(refused.value.errors) == ["deputy"]
    with pytest.raises(FieldErrors) as refused:
        finish(task("tam"), people)
    assert list(refused.value.errors) == ["person", "deputy"]
    assert task("tam").state == "open"
    assert access.tams_of(people.acme.pk) == []
    finish(task("tam"), people, person=people.tam, deputy=people.lead)
    with tenancy.everything():
        assert access.tams_of(people.acme.pk) == [people.tam, people.lead]


def test_a_group_needs_its_id(people, task):
    with pytest.raises(FieldErrors) as refused:
        finish(task("im_group"), people, reference="  ")
    assert list(refused.value.errors) == ["reference"]
    assert task("im_group").state == "open"


def test_a_retired_task_stays_retired(people, task):
    line = task("enterprise_line")
    with tenancy.everything():
        ProvisioningTask.objects.filter(pk=line.pk).update(state="retired", retired_at=START)
    with pytest.raises(FieldErrors):
        finish(line, people, reference="400")
    assert task("enterprise_line").state == "retired"


def test_what_is_done_can_be_corrected_and_keeps_its_day(people, task):
    finish(task("im_group"), people, reference="wecom-1")
    corrected = finish(task("im_group"), people, reference="wecom-2")
    assert (corrected.reference, corrected.done_at) == ("wecom-2", START)
