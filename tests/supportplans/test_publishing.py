import copy
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from common import tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from supportplans import versions
from supportplans.models import CatalogueVersion
from supportplans.publishing import (
    FILES,
    FileProblem,
    VersionExists,
    as_file,
    keep_draft,
    load_files,
    publish,
    publish_draft,
    read_draft,
)

FIRST = FILES / "2022-01-06.yaml"


def document(number: str = "2027-01-01", effective_on: str = "2027-01-01", price: str = "250.00"):
    changed = copy.deepcopy(yaml.safe_load(FIRST.read_text("utf-8")))
    changed |= {"version": number, "effective_on": effective_on}
    changed["families"][0]["tiers"][1]["prices"]["monthly"] = price
    return changed


def published(**changes):
    with tenancy.everything():
        return publish(document=document(**changes), by=None)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / FIRST.name).write_text(FIRST.read_text("utf-8"), "utf-8")
    return tmp_path


def test_loading_publishes_the_projects_versions_once(db):
    assert load_files() == {"2022-01-06": True}
    assert load_files() == {"2022-01-06": False}
    row = CatalogueVersion.objects.get()
    assert (row.number, row.effective_on) == ("2022-01-06", date(2022, 1, 6))
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="catalogue.published", object="2022-01-06").count() == 1
    versions.forget()


def test_the_command_says_what_it_did(catalogue):
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert out.getvalue() == "2022-01-06: unchanged\n"


def test_a_changed_file_of_a_published_version_stops_with_a_reason(catalogue, folder, monkeypatch):
    file = folder / FIRST.name
    file.write_text(file.read_text("utf-8").replace('"8400.00"', '"8500.00"'), "utf-8")
    with pytest.raises(FileProblem, match=r"2022-01-06.yaml: differs from version 2022-01-06, which is published"):
        load_files(folder)
    monkeypatch.setattr("supportplans.management.commands.load_catalogue.load_files", lambda: load_files(folder))
    with pytest.raises(CommandError, match="never changes"):
        call_command("load_catalogue")
    assert versions.current(date(2026, 1, 1)).family("customer").tier("business").prices.yearly == 8400


def test_a_file_with_a_mistake_names_it_and_loads_nothing(db, folder):
    file = folder / FIRST.name
    file.write_text(file.read_text("utf-8").replace("rank: 3", "rank: three"), "utf-8")
    with pytest.raises(FileProblem, match=r"families\[0\]\.tiers\[3\]\.rank: must be a whole number"):
        load_files(folder)
    assert not CatalogueVersion.objects.exists()


def test_a_file_must_be_named_after_its_version(db, folder):
    (folder / FIRST.name).rename(folder / "2030-01-01.yaml")
    with pytest.raises(FileProblem, match=r"name the file 2022-01-06\.yaml"):
        load_files(folder)


def test_a_file_whose_version_is_a_draft_stops(db, people):
    draft = CatalogueVersion()
    with tenancy.everything():
        keep_draft(draft=draft, document=yaml.safe_load(FIRST.read_text("utf-8")), by=people.admin)
    with pytest.raises(FileProblem, match="draft"):
        load_files()


def test_without_a_catalogue_the_way_out_is_named(db):
    versions.forget()
    with pytest.raises(versions.NoCatalogue, match="load_catalogue"):
        versions.current(date(2026, 1, 1))


def test_a_version_applies_from_its_effective_date(catalogue):
    published()
    assert versions.current(date(2026, 12, 31)).version == "2022-01-06"
    assert versions.current(date(2027, 1, 1)).version == "2027-01-01"


def test_a_date_before_the_first_version_takes_the_first(catalogue):
    assert versions.current(date(2021, 1, 1)).version == "2022-01-06"


def test_of_two_versions_of_one_date_the_later_published_applies(catalogue):
    published(number="a")
    published(number="b", price="260.00")
    assert versions.current(date(2027, 1, 1)).version == "b"


def test_a_draft_applies_to_nobody(catalogue, people):
    with tenancy.everything():
        keep_draft(draft=CatalogueVersion(), document=document(), by=people.admin)
    assert versions.current(date(2028, 1, 1)).version == "2022-01-06"
    with pytest.raises(versions.NoCatalogue):
        versions.version("2027-01-01")


def test_a_taken_number_is_refused(catalogue):
    with pytest.raises(VersionExists) as refused:
        published(number="2022-01-06")
    assert refused.value.document()["code"] == "version_exists"
    assert CatalogueVersion.objects.count() == 1


def test_mistakes_are_field_errors_by_path(catalogue):
    with pytest.raises(FieldErrors) as refused:
        published(price="free")
    assert list(refused.value.errors) == ["families[0].tiers[1].prices.monthly"]
    assert CatalogueVersion.objects.count() == 1


def test_a_draft_is_kept_changed_and_published(catalogue, people):
    with tenancy.everything():
        draft = keep_draft(draft=CatalogueVersion(), document=document(), by=people.admin)
        text = as_file(draft.document).replace("'250.00'", "'300.00'")
        keep_draft(draft=draft, document=read_draft(text, draft), by=people.admin)
        publish_draft(draft=draft, by=people.admin)
        assert versions.version("2027-01-01").family("customer").tier("developer").prices.monthly == 300
        with pytest.raises(VersionExists):
            publish_draft(draft=draft, by=people.admin)


def test_a_draft_may_not_take_the_number_of_another_version(catalogue):
    with pytest.raises(VersionExists):
        read_draft(FIRST.read_text("utf-8"), None)


@pytest.mark.parametrize("text", ["", "[", "version: [", "a: &a [*a]", "- " * 3000, "!!python/object:os.system x"])
def test_a_text_that_is_no_catalogue_is_a_field_error(catalogue, text):
    with pytest.raises(FieldErrors):
        read_draft(text, None)


def test_a_stored_version_reads_like_its_file(catalogue):
    text = as_file(CatalogueVersion.objects.get().document)
    assert text.splitlines()[:3] == ["version: '2022-01-06'", "effective_on: '2022-01-06'", "currency: CNY"]
    assert yaml.safe_load(text) == yaml.safe_load(FIRST.read_text("utf-8"))


def test_a_term_keeps_the_version_it_was_bought_under(people, subscribe):
    from supportplans.entitlements import entitlements

    subscribe(people.acme, "developer", "yearly", at=datetime(2026, 12, 1, 2, tzinfo=UTC))
    published()
    with tenancy.organization(people.acme.pk):
        assert entitlements(people.acme, datetime(2027, 2, 1, tzinfo=UTC)).catalogue.version == "2022-01-06"
    with tenancy.organization(people.orbit.pk):
        assert entitlements(people.orbit, datetime(2027, 2, 1, tzinfo=UTC)).catalogue.version == "2027-01-01"
