"""The page of a new ticket: what it offers each plan, and that a refusal loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import EndCustomer
from addons.models import QuotaCounter
from common import clock, tenancy
from supportplans.models import Subscription
from tests import cast
from tests.tickets.conftest import NOON, at, file
from tickets import access
from tickets.models import Ticket, TicketWatcher

TYPED = {
    "kind": "technical",
    "severity": "production_impaired",
    "subject": "Requests time out",
    "body": "One in **twenty** requests fails.",
    "region": "cn-north-4",
    "product": "rds",
    "category_technical": "troubleshooting",
    "idempotency_key": "k1",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


def filed() -> list[Ticket]:
    with tenancy.everything():
        return list(Ticket.objects.order_by("id"))


# ---- what it offers -------------------------------------------------------------------------------------------------


def test_each_severity_says_its_target_and_by_when_it_is_answered(browse, plans):
    html = browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()
    for target, due in [
        ("within 10 min", "answer by today 12:10"),
        ("within 30 min", "answer by today 12:30"),
        ("within 3 h", "answer by today 15:00"),
        ("within 8 h", "answer by today 20:00"),
        ("within 16 h", "answer by tomorrow 04:00"),
    ]:
        assert target in html
        assert due in html
    assert "Please judge objectively" in html


def test_a_tier_shows_only_the_severities_it_takes_and_names_the_others(browse, plans):
    answer = browse(plans.partner_member).get("/o/pine/tickets/new")
    html = answer.content.decode()
    assert 'value="production_down"' in html
    assert 'value="critical_down"' not in html
    assert "Core production system down" in html
    assert "not in your plan" in html
    assert 'Premium: <a href="/plans">Compare plans</a>' in html


def test_the_free_tier_says_by_when_a_ticket_is_accepted(browse, plans):
    with clock.at(at("2026-11-28 10:00")):
        html = browse(plans.member).get("/o/acme/tickets/new").content.decode()
    assert "Your plan accepts tickets within 1 working day:" in html
    assert "accepted by 1 Dec 2026, 00:00" in html
    assert 'value="critical_down"' in html


def test_answer_times_are_told_anew_as_time_passes(browse, plans):
    with clock.at(NOON + timedelta(minutes=7)):
        html = browse(plans.outsider).get("/o/orbit/tickets/new/answer-times").content.decode()
    assert 'id="answer-by-production_down" hx-swap-oob="true"' in html
    assert "answer by today 12:37" in html


def test_the_quota_left_is_shown(browse, plans):
    file(plans.pine, plans.partner_member, NOON)
    html = browse(plans.partner_member).get("/o/pine/tickets/new").content.decode()
    assert "29 of 30 left this month" in html
    assert "Unlimited in your plan" in browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()


def test_a_plan_without_technical_tickets_says_so_before_anything_is_typed(browse, plans):
    html = browse(plans.vendor_owner).get("/o/isvsoft/tickets/new").content.decode()
    assert "Technical tickets are not part of your plan." in html
    assert 'href="/plans"' in html
    assert 'id="kind-technical" value="technical" required disabled' in html


def test_partners_name_end_customers_and_what_they_tried(browse, plans):
    with tenancy.organization(plans.pine.pk):
        EndCustomer.objects.create(organization=plans.pine, name="Bamboo Shop", created_at=NOON)
    html = browse(plans.partner_member).get("/o/pine/tickets/new").content.decode()
    assert '<option value="Bamboo Shop">' in html
    assert 'name="tried"' in html
    assert 'name="tried"' not in browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()


def test_third_party_software_is_for_plans_that_include_it(browse, plans):
    assert 'name="software"' in browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()
    assert 'name="software"' not in browse(plans.member).get("/o/acme/tickets/new").content.decode()
    html = browse(plans.outsider).get("/o/orbit/tickets/new/software?software=nginx").content.decode()
    assert "community 1.8 and above" in html.lower()


def test_the_region_used_last_is_chosen(browse, plans):
    file(plans.orbit, plans.outsider, NOON, region="cn-east-3")
    html = browse(plans.outsider).get("/o/orbit/tickets/new").content.decode()
    assert '<option value="cn-east-3" selected>' in html


def test_similar_open_tickets_show_while_the_subject_is_typed(browse, plans):
    ticket = file(plans.orbit, plans.outsider, NOON, subject="Timeouts of the database")
    file(plans.acme, plans.owner, NOON, subject="Database of somebody else")
    html = (
        browse(plans.outsider).get("/o/orbit/tickets/new/similar", {"subject": "our DATABASE is slow"}).content.decode()
    )
    assert ticket.number in html
    assert "somebody else" not in html
    nothing = browse(plans.outsider).get("/o/orbit/tickets/new/similar", {"subject": "it is"}).content.decode()
    assert nothing.strip() == ""


def test_similar_tickets_are_found_in_chinese(browse, plans):
    ticket = file(plans.orbit, plans.outsider, NOON, subject="数据库无法连接")
    html = (
        browse(plans.outsider).get("/o/orbit/tickets/new/similar", {"subject": "今天数据库无法连接了"}).content.decode()
    )
    assert ticket.number in html


def test_markdown_is_previewed_safely(browse, plans):
    answer = browse(plans.outsider).post("/o/orbit/tickets/preview", {"body": "**bold** <script>x</script>"})
    assert "<strong>bold</strong> &lt;script&gt;" in answer.content.decode()


# ---- filing ---------------------------------------------------------------------------------------------------------


def test_a_ticket_is_filed_and_the_reader_lands_on_it(browse, plans):
    helper = cast.person("helper@orbit.example", plans.orbit, "member")
    typed = TYPED | {
        "watchers": [helper.email],
        "attachments": [SimpleUploadedFile("app.log", b"it broke")],
    }
    answer = browse(plans.outsider).post("/o/orbit/tickets/new", typed)
    (ticket,) = filed()
    assert (answer.status_code, answer.url) == (303, f"/o/orbit/tickets/{ticket.number}")
    assert (ticket.kind, ticket.severity, ticket.category) == ("technical", "production_impaired", "troubleshooting")
    assert (ticket.region, ticket.product, ticket.channel) == ("cn-north-4", "rds", "portal")
    with tenancy.everything():
        assert [row.person for row in TicketWatcher.objects.select_related("person")] == [helper]
        (opening,) = access.messages_of(ticket, internal=False)
        assert [each.name for each in opening.files] == ["app.log"]


def test_a_double_click_files_one_ticket(browse, plans):
    browser = browse(plans.outsider)
    first, second = browser.post("/o/orbit/tickets/new", TYPED), browser.post("/o/orbit/tickets/new", TYPED)
    (ticket,) = filed()
    assert first.url == second.url == f"/o/orbit/tickets/{ticket.number}"


def test_htmx_is_told_to_load_the_new_ticket(browse, plans):
    answer = browse(plans.outsider, **{"HX-Request": "true"}).post("/o/orbit/tickets/new", TYPED)
    (ticket,) = filed()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/o/orbit/tickets/{ticket.number}")


def test_a_business_ticket_takes_its_own_category_and_no_region(browse, plans):
    typed = TYPED | {"kind": "business", "category_business": "account_billing", "software": "nginx"}
    browse(plans.outsider).post("/o/orbit/tickets/new", typed)
    (ticket,) = filed()
    assert (ticket.kind, ticket.category, ticket.region, ticket.software) == ("business", "account_billing", "", "")


def test_software_counts_only_with_its_category(browse, plans):
    browser = browse(plans.outsider)
    browser.post("/o/orbit/tickets/new", TYPED | {"software": "nginx", "software_version": "1.24"})
    typed = {"category_technical": "third_party_software", "software": "nginx", "software_version": "1.24"}
    browser.post("/o/orbit/tickets/new", TYPED | typed | {"idempotency_key": "k2"})
    assert [(each.software, each.software_version) for each in filed()] == [("", ""), ("nginx", "1.24")]


# ---- refusals -------------------------------------------------------------------------------------------------------


def test_wrong_fields_are_named_and_everything_typed_is_kept(browse, plans):
    answer = browse(plans.outsider).post("/o/orbit/tickets/new", TYPED | {"subject": " ", "region": ""})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="errors-subject"><span>' in html
    assert 'id="errors-region"><span>' in html
    assert "One in **twenty** requests fails.</textarea>" in html
    assert 'value="production_impaired" required checked' in html
    assert 'value="troubleshooting" checked' in html
    assert '<option value="rds" selected>' in html
    assert "data-draft-keep" in html
    assert filed() == []


def test_over_htmx_only_the_problems_come_back_with_a_new_key(browse, plans):
    answer = browse(plans.outsider, **{"HX-Request": "true"}).post("/o/orbit/tickets/new", TYPED | {"subject": ""})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "<form" not in html
    assert 'id="errors-subject" hx-swap-oob="true"><span>' in html
    assert 'id="errors-body" hx-swap-oob="true"></div>' in html
    assert 'id="filing-key"' in html
    assert 'value="k1"' not in html


def refused(answer, code: str, way_out: str = "") -> str:
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f'data-problem="{code}"' in html
    assert f'href="{way_out}' in html
    assert "One in **twenty** requests fails.</textarea>" in html
    assert 'value="Requests time out"' in html
    assert filed() == []
    with tenancy.everything():
        assert not QuotaCounter.objects.filter(used__gt=0).exists()
    return html


def test_a_disabled_organization_is_told_so(browse, plans):
    plans.orbit.disabled_at = NOON
    plans.orbit.save(update_fields=["disabled_at"])
    refused(browse(plans.outsider).post("/o/orbit/tickets/new", TYPED), "organization_disabled", "mailto:")


def test_a_suspended_plan_refuses_technical_tickets(browse, plans):
    with tenancy.organization(plans.orbit.pk):
        Subscription.objects.filter(organization=plans.orbit).update(suspended_at=NOON)
    html = refused(browse(plans.outsider).post("/o/orbit/tickets/new", TYPED), "account_overdue")
    assert 'href="/o/orbit/invoices"' in html


def test_partner_basic_refuses_technical_tickets(browse, plans):
    typed = TYPED | {"category_technical": "product_fault"}
    refused(browse(plans.vendor_owner).post("/o/isvsoft/tickets/new", typed), "not_entitled", "/plans")


def test_customer_basic_refuses_third_party_software(browse, plans):
    typed = TYPED | {"category_technical": "third_party_software"}
    refused(browse(plans.member).post("/o/acme/tickets/new", typed), "not_entitled", "/plans")


def test_an_excluded_region_is_refused(browse, plans):
    answer = browse(plans.outsider).post("/o/orbit/tickets/new", TYPED | {"region": "eu-paris"})
    refused(answer, "region_not_served", "mailto:")


def test_a_severity_that_the_tier_does_not_take_is_refused(browse, plans):
    typed = TYPED | {"severity": "critical_down", "category_technical": "product_fault"}
    refused(browse(plans.partner_member).post("/o/pine/tickets/new", typed), "severity_not_offered", "/plans")


def test_an_exhausted_quota_offers_a_pack_and_keeps_the_ticket(browse, plans):
    with tenancy.organization(plans.pine.pk):
        QuotaCounter.objects.create(
            organization=plans.pine, code="technical_tickets", period_start=NOON.date().replace(day=1), used=30,
            metered_plan=30,
        )  # fmt: skip
    browser = browse(plans.partner_member)
    assert "All technical tickets of this month are used." in browser.get("/o/pine/tickets/new").content.decode()
    answer = browser.post("/o/pine/tickets/new", TYPED | {"category_technical": "product_fault"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert 'data-problem="quota_exhausted"' in html
    assert 'href="/o/pine/checkout?action=buy_pack"' in html
    assert 'value="Requests time out"' in html
    assert filed() == []


# ---- who may --------------------------------------------------------------------------------------------------------


def test_only_members_and_owners_file(browse, plans):
    for someone, status in [(plans.member, 200), (plans.owner, 200), (plans.viewer, 403), (plans.billing, 403)]:
        assert browse(someone).get("/o/acme/tickets/new").status_code == status
    for someone, status in [(plans.viewer, 403), (plans.billing, 403), (plans.outsider, 404), (plans.engineer, 403)]:
        assert browse(someone).post("/o/acme/tickets/new", TYPED).status_code == status
    assert filed() == []


@pytest.mark.parametrize(
    "part", ["new", "new/similar?subject=database", "new/answer-times", "new/software?software=ssh"]
)
def test_the_form_is_not_there_for_others(browse, plans, part):
    assert browse(plans.outsider).get(f"/o/acme/tickets/{part}").status_code == 404
    assert Client().get(f"/o/acme/tickets/{part}").status_code == 302


def test_the_software_is_asked_for_where_the_category_is_chosen(browse, plans):
    page = browse(plans.outsider).post("/o/orbit/tickets/new", TYPED | {"category_technical": "third_party_software"})
    assert page.status_code == 400
    assert page.content.decode().count("Choose the software that the ticket is about.") == 2
    assert filed() == []
