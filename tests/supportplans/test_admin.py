import pytest
from django.test import Client

from common import tenancy
from supportplans import versions
from supportplans.models import CatalogueVersion, ProvisioningTask
from supportplans.publishing import as_file


@pytest.fixture
def admin(people, subscribe) -> Client:
    subscribe(people.acme, "enterprise")
    people.admin.is_staff = people.admin.is_superuser = True
    people.admin.save(update_fields=["is_staff", "is_superuser"])
    client = Client()
    client.force_login(people.admin)
    return client


def page(name: str) -> str:
    return f"/admin/supportplans/{name}/"


@pytest.mark.parametrize("name", ["catalogueversion", "subscription", "term", "provisioningtask"])
def test_every_list_shows_its_rows(admin, name):
    answer = admin.get(page(name))
    assert answer.status_code == 200
    assert "2022-01-06" in answer.content.decode() or "Acme" in answer.content.decode()


def test_a_published_version_is_shown_and_cannot_be_changed_or_deleted(admin):
    row = CatalogueVersion.objects.get()
    answer = admin.get(f"{page('catalogueversion')}{row.pk}/change/")
    assert answer.status_code == 200
    assert "核心生产系统不可用" in answer.content.decode()
    assert 'name="text"' not in answer.content.decode()
    assert admin.post(f"{page('catalogueversion')}{row.pk}/change/", {"text": "x"}).status_code == 403
    assert admin.post(f"{page('catalogueversion')}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert CatalogueVersion.objects.get().document == row.document


def draft_text(number="2027-01-01") -> str:
    text = as_file(CatalogueVersion.objects.get(number="2022-01-06").document)
    return text.replace("version: '2022-01-06'", f"version: '{number}'")


def test_a_draft_is_written_and_published(admin):
    answer = admin.post(f"{page('catalogueversion')}add/", {"text": draft_text()})
    assert answer.status_code == 302
    draft = CatalogueVersion.objects.get(number="2027-01-01")
    assert draft.published_at is None
    admin.post(page("catalogueversion"), {"action": "publish", "_selected_action": [draft.pk]})
    assert versions.version("2027-01-01").version == "2027-01-01"


def test_a_draft_with_a_mistake_is_shown_again_with_its_path(admin):
    text = draft_text().replace("rank: 3", "rank: three")
    answer = admin.post(f"{page('catalogueversion')}add/", {"text": text})
    assert answer.status_code == 200
    assert "families[0].tiers[3].rank" in answer.content.decode()
    assert CatalogueVersion.objects.count() == 1


def test_a_draft_cannot_take_a_published_number(admin):
    answer = admin.post(f"{page('catalogueversion')}add/", {"text": draft_text("2022-01-06")})
    assert "exists already" in answer.content.decode()
    assert CatalogueVersion.objects.count() == 1


@pytest.mark.parametrize("name", ["subscription", "term"])
def test_what_programs_write_is_read_only(admin, name):
    assert admin.get(f"{page(name)}add/").status_code == 403


def task(kind: str) -> ProvisioningTask:
    with tenancy.everything():
        return ProvisioningTask.objects.get(kind=kind)


def test_assigning_a_manager_and_a_deputy_completes_the_task(admin, people):
    url = f"{page('provisioningtask')}{task('tam').pk}/change/"
    wrong = admin.post(url, {"reference": "", "person": people.tam.pk, "deputy": ""})
    assert wrong.status_code == 200
    assert "Assign a deputy" in wrong.content.decode()
    assert task("tam").state == "open"
    assert admin.post(url, {"reference": "", "person": people.tam.pk, "deputy": people.lead.pk}).status_code == 302
    done = task("tam")
    assert (done.state, done.person, done.deputy) == ("done", people.tam, people.lead)


def test_members_of_organizations_are_never_assigned(admin, people):
    url = f"{page('provisioningtask')}{task('tam').pk}/change/"
    answer = admin.post(url, {"reference": "", "person": people.owner.pk, "deputy": people.lead.pk})
    assert answer.status_code == 200
    assert task("tam").state == "open"


def test_the_admin_is_for_administrators(people, subscribe):
    subscribe(people.acme, "enterprise")
    for person in (people.owner, people.engineer):
        client = Client()
        client.force_login(person)
        assert client.get(page("term")).status_code == 302
