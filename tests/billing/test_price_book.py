"""The price book of billing operators: what a version changes, who renews into it, and publishing it (page 1, 3.1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from common import tenancy
from common.models import AuditEntry
from supportplans import price_book, renewals_ahead, versions
from supportplans.catalogue import parse
from supportplans.models import CatalogueVersion, Subscription
from supportplans.publishing import publish
from tests import cast
from tests.billing.conftest import NOON
from tests.supportplans.catalogue_versions import next_version, with_prices, without_tier

LIST = "/desk/billing/price-book"
NEW = "2027-01-01"
DAY = timedelta(days=1)


def dearer() -> dict:
    return with_prices(NEW, business=("800.00", "9000.00"))


def upload(person, document, *, name: str = "new.yaml"):
    content = document if isinstance(document, bytes) else yaml.safe_dump(document, allow_unicode=True).encode()
    return cast.browser_of(person).post(LIST, {"file": SimpleUploadedFile(name, content)})


def draft() -> CatalogueVersion:
    return CatalogueVersion.objects.get(number=NEW)


def numbers() -> list[tuple[str, bool]]:
    rows = CatalogueVersion.objects.order_by("pk")
    return [(row.number, row.published_at is not None) for row in rows]


def ahead(document) -> list[tuple[date, str, str, int, int, Decimal, Decimal]]:
    with tenancy.everything():
        found = renewals_ahead.renewals_into(parse(document), before=versions.version("2022-01-06"), today=NOON.date())
    return [
        (row.month, row.tier, row.cycle, row.organizations, row.automatic, row.before, row.after) for row in found.rows
    ]


def test_a_version_differs_in_the_amounts_of_one_tier(catalogue):
    found = price_book.differences(catalogue, parse(dearer()))
    (business,) = [tier for tier in found.tiers if tier.changes]
    assert [(price.cycle, price.before, price.after) for price in business.prices] == [
        ("monthly", Decimal("700.00"), Decimal("800.00")),
        ("yearly", Decimal("8400.00"), Decimal("9000.00")),
    ]
    assert [tier.code for tier in found.tiers] == ["developer", "business", "enterprise", "standard", "premium"]
    assert (found.any, found.pack_changes, business.brackets_change) == (True, False, False)
    assert price_book.differences(catalogue, catalogue).any is False


def test_brackets_packs_and_tiers_that_come_and_go_are_differences(catalogue):
    other = without_tier(NEW, "developer")
    other["ticket_pack"]["price"] = "1100.00"
    other["families"][0]["tiers"][1]["usage_brackets"][0]["rate"] = "0.11"
    found = price_book.differences(catalogue, parse(other))
    assert [(tier.code, tier.is_gone, tier.brackets_change) for tier in found.tiers if tier.changes] == [
        ("business", False, True),
        ("developer", True, True),
    ]
    assert (found.pack_before, found.pack_after) == (Decimal("1000.00"), Decimal("1100.00"))
    back = price_book.differences(parse(other), catalogue)
    assert [tier.code for tier in back.tiers if tier.is_new] == ["developer"]


def test_who_renews_into_it_is_counted_by_month_and_tier(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    buy(people.orbit, people.outsider, "subscribe", tier="developer", cycle="monthly")
    with tenancy.everything():
        Subscription.objects.filter(organization=people.acme).update(auto_renew=True)
    november = date(2027, 11, 1)
    # orbit's month ends on 2026-12-22, before the version takes effect
    assert ahead(dearer()) == [(november, "business", "yearly", 1, 1, Decimal("8400.00"), Decimal("9000.00"))]
    buy(people.orbit, people.outsider, "renew", when=NOON + DAY)
    with tenancy.everything():
        Subscription.objects.filter(organization=people.orbit).update(next_tier="business")
    assert ahead(dearer()) == [
        (date(2027, 1, 1), "business", "monthly", 1, 0, Decimal("700.00"), Decimal("800.00")),
        (november, "business", "yearly", 1, 1, Decimal("8400.00"), Decimal("9000.00")),
    ]
    gone = without_tier(NEW, "business")
    assert [(row[1], row[5], row[6]) for row in ahead(gone)] == [
        ("business", Decimal("700.00"), Decimal("0")),
        ("business", Decimal("8400.00"), Decimal("0")),
    ]


def test_whoever_ends_when_a_later_version_applies_or_is_disabled_is_not_counted(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    assert len(ahead(dearer())) == 1
    publish(document=next_version("2027-11-22"), by=None)
    assert ahead(dearer()) == []
    assert len(ahead(next_version("2027-11-22"))) == 1
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    assert ahead(next_version("2027-11-22")) == []


def test_a_billing_operator_uploads_looks_and_publishes(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    uploaded = upload(people.billing_operator, dearer())
    page = f"{LIST}/{draft().pk}"
    assert (uploaded.status_code, uploaded.headers["Location"]) == (303, page)
    assert numbers() == [("2022-01-06", True), (NEW, False)]
    browser = cast.browser_of(people.billing_operator)
    text = browser.get(page).content.decode()
    assert "1 organization, 0 of them by itself: its next term costs ¥9,000.00 instead of ¥8,400.00." in text
    seen = text.split('name="fingerprint" value="')[1].split('"')[0]
    assert upload(people.billing_operator, with_prices(NEW, business=("900.00", "9900.00"))).status_code == 303
    stale = browser.post(f"{page}/publish", {"fingerprint": seen})
    assert (stale.status_code, "The draft was changed" in stale.content.decode()) == (409, True)
    assert upload(people.billing_operator, dearer()).status_code == 303
    assert browser.post(f"{page}/publish", {"fingerprint": seen}).headers["Location"] == LIST
    assert numbers() == [("2022-01-06", True), (NEW, True)]
    listed = browser.get(LIST).content.decode()
    assert "¥8,400.00 → ¥9,000.00" in listed
    again = browser.post(f"{page}/discard")
    assert (again.status_code, numbers()[-1]) == (409, (NEW, True))
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="catalogue.published", by_id=people.billing_operator.pk).count() == 1


def test_a_billing_operator_changes_prices_alone_an_administrator_everything(people, at_noon):
    more = dearer()
    more["event_priority"]["target_minutes"] = 20
    refused = upload(people.billing_operator, more)
    assert (refused.status_code, "This changes more than prices" in refused.content.decode()) == (409, True)
    assert numbers() == [("2022-01-06", True)]
    assert upload(people.admin, more).status_code == 303
    page = f"{LIST}/{draft().pk}"
    browser = cast.browser_of(people.billing_operator)
    seen = browser.get(page).content.decode().split('name="fingerprint" value="')[1].split('"')[0]
    assert browser.post(f"{page}/publish", {"fingerprint": seen}).status_code == 409
    assert numbers()[-1] == (NEW, False)
    assert cast.browser_of(people.admin).post(f"{page}/publish", {"fingerprint": seen}).status_code == 303


def test_a_draft_can_be_thrown_away(people, at_noon):
    upload(people.billing_operator, dearer())
    assert cast.browser_of(people.billing_operator).post(f"{LIST}/{draft().pk}/discard").status_code == 303
    assert numbers() == [("2022-01-06", True)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"a: [", "<code>document</code>"),
        (b"- 1", "This file is no version"),
        (b"", "This file is no version"),
    ],
)
def test_what_is_no_version_is_named(people, at_noon, content, said):
    answer = upload(people.billing_operator, content)
    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert numbers() == [("2022-01-06", True)]


def test_a_published_number_is_taken_and_its_file_can_be_downloaded(people, at_noon):
    browser = cast.browser_of(people.billing_operator)
    row = CatalogueVersion.objects.get()
    file = browser.get(f"{LIST}/{row.pk}?as=file")
    assert yaml.safe_load(file.content) == row.document
    assert "There is none before it to compare with" in browser.get(f"{LIST}/{row.pk}").content.decode()
    assert upload(people.billing_operator, file.content).status_code == 409
    assert numbers() == [("2022-01-06", True)]


@pytest.mark.parametrize(("who", "get", "post"), [("lead", 200, 403), ("engineer", 200, 403), ("owner", 404, 404)])
def test_others_do_not_write_it(people, at_noon, who, get, post):
    person = getattr(people, who)
    assert cast.browser_of(person).get(LIST).status_code == get
    assert upload(person, dearer()).status_code == post
    assert numbers() == [("2022-01-06", True)]
