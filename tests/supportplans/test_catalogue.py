"""The first catalogue version against numbers typed by hand from page 2 and the price book of page 3.2."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from supportplans.catalogue import Catalogue, UnknownCode, parse
from supportplans.document_reading import Text

FILE = Path(__file__).resolve().parents[2] / "supportplans" / "catalogues" / "2022-01-06.yaml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse(yaml.safe_load(FILE.read_text("utf-8")))


def test_the_first_version_is_effective_from_2022_01_06(catalogue):
    assert (catalogue.version, catalogue.effective_on) == ("2022-01-06", date(2022, 1, 6))
    assert catalogue.currency == "CNY"


PRICES = {
    ("customer", "basic"): (0, "0.00", "0.00", []),
    ("customer", "developer"): (1, "200.00", "2400.00", [("0.00", "0.03")]),
    ("customer", "business"): (
        2,
        "700.00",
        "8400.00",
        [("0.00", "0.10"), ("70000.00", "0.07"), ("560000.00", "0.05"), ("1750000.00", "0.03")],
    ),
    ("customer", "enterprise"): (
        3,
        "100000.00",
        "1200000.00",
        [("0.00", "0.10"), ("1050000.00", "0.07"), ("3500000.00", "0.05"), ("7000000.00", "0.03")],
    ),
    ("partner", "basic"): (0, "0.00", "0.00", []),
    ("partner", "standard"): (1, "5000.00", "50000.00", []),
    ("partner", "premium"): (2, "20000.00", "200000.00", []),
}


def test_there_are_seven_tiers_in_order_of_rank(catalogue):
    assert [(tier.family, tier.code) for family in catalogue.families for tier in family.tiers] == list(PRICES)


@pytest.mark.parametrize(("family", "code"), PRICES)
def test_each_tier_has_the_price_of_the_price_book(catalogue, family, code):
    rank, monthly, yearly, brackets = PRICES[family, code]
    tier = catalogue.family(family).tier(code)
    assert tier.rank == rank
    assert (str(tier.prices.monthly), str(tier.prices.yearly)) == (monthly, yearly)
    assert [(str(b.from_amount), str(b.rate)) for b in tier.usage_brackets] == brackets
    assert tier.usage_mode == "graduated"


def test_a_pack_holds_ten_tickets_and_costs_1000(catalogue):
    assert (catalogue.ticket_pack.tickets, catalogue.ticket_pack.price) == (10, Decimal("1000.00"))


TARGETS = {
    "critical_down": 10,
    "production_down": 30,
    "production_impaired": 180,
    "system_impaired": 480,
    "guidance": 960,
}
ALL_FIVE = list(TARGETS)
FOUR = ALL_FIVE[1:]
PROMISES = {
    ("customer", "basic"): (ALL_FIVE, 1, "none", "engineer"),
    ("customer", "developer"): (FOUR, None, "normal", "engineer"),
    ("customer", "business"): (ALL_FIVE, None, "high", "expert"),
    ("customer", "enterprise"): (ALL_FIVE, None, "high", "senior"),
    ("partner", "basic"): (ALL_FIVE, 1, "none", "engineer"),
    ("partner", "standard"): (FOUR, None, "normal", "engineer"),
    ("partner", "premium"): (ALL_FIVE, None, "high", "expert"),
}


@pytest.mark.parametrize(("family", "code"), PROMISES)
def test_each_tier_promises_what_its_column_says(catalogue, family, code):
    severities, accepted_within, priority, level = PROMISES[family, code]
    tier = catalogue.family(family).tier(code)
    targets = [(s.code, s.target_minutes) for s in tier.severities]
    assert targets == [(s, None if accepted_within else TARGETS[s]) for s in severities]
    assert tier.accept_within_working_days == accepted_within
    assert tier.sorts_as == ("guidance" if accepted_within else None)
    assert (tier.resolution_priority, tier.handler_level) == (priority, level)


def test_severities_run_from_most_to_least_urgent_each_with_an_example_in_both_languages(catalogue):
    assert list(catalogue.severity_codes()) == ALL_FIVE
    assert [s.name.zh for s in catalogue.severities] == [
        "核心生产系统不可用",
        "生产系统不可用",
        "生产系统异常",
        "系统异常",
        "一般性指导",
    ]
    assert all(
        text.en and text.zh and text.en != text.zh for s in catalogue.severities for text in (s.definition, s.example)
    )


FOR_ALL_CUSTOMERS = {
    "tickets",
    "hotline",
    "architecture_course",
    "developer_centre",
    "help_centre",
    "community",
    "message_subscription",
    "icp_filing",
    "online_courses",
}
ENTITLEMENTS = {
    ("customer", "basic"): FOR_ALL_CUSTOMERS,
    ("customer", "developer"): FOR_ALL_CUSTOMERS | {"third_party_software"},
    ("customer", "business"): FOR_ALL_CUSTOMERS
    | {"third_party_software", "enterprise_line", "im_group", "escort_basic"},
    ("customer", "enterprise"): FOR_ALL_CUSTOMERS
    | {"third_party_software", "enterprise_line", "im_group", "tam", "escort_basic"}
    | {"availability_check", "monitoring_optimization", "enterprise_care", "monthly_report"},
    ("partner", "basic"): {"tickets", "hotline", "training_videos"},
    ("partner", "standard"): {"tickets", "hotline", "im_group", "event_assurance", "architecture_consulting"}
    | {"training_videos", "online_training"},
    ("partner", "premium"): {"tickets", "hotline", "im_group", "tam", "event_assurance"}
    | {"architecture_consulting", "monthly_report", "training_videos", "online_training", "onsite_training"},
}


@pytest.mark.parametrize(("family", "code"), ENTITLEMENTS)
def test_each_tier_includes_exactly_what_its_column_says(catalogue, family, code):
    tier = catalogue.family(family).tier(code)
    assert {entitlement.code for entitlement in tier.entitlements} == ENTITLEMENTS[family, code]


QUOTAS = {
    ("customer", "business"): {"escort_basic": (1, "natural_day")},
    ("customer", "enterprise"): {
        "escort_basic": (3, "natural_day"),
        "availability_check": (1, "occasion"),
        "monitoring_optimization": (1, "occasion"),
    },
    ("partner", "standard"): {
        "event_assurance": (4, "natural_day"),
        "architecture_consulting": (4, "working_day"),
    },
    ("partner", "premium"): {
        "event_assurance": (8, "natural_day"),
        "architecture_consulting": (8, "working_day"),
        "onsite_training": (1, "occasion"),
    },
}


@pytest.mark.parametrize(("family", "code"), ENTITLEMENTS)
def test_a_quota_is_a_number_exactly_for_the_yearly_services(catalogue, family, code):
    tier = catalogue.family(family).tier(code)
    found = {e.code: (e.quota, e.unit) for e in tier.entitlements if e.quota is not None}
    assert found == QUOTAS.get((family, code), {})


# yearly orders only, notice in working days, notice binds, plan is bound, priority during the event, period
FLAGS = {
    "event_assurance": (True, 5, True, False, False, "term"),
    "architecture_consulting": (False, 3, True, False, False, "service_year"),
    "escort_basic": (True, 10, False, True, True, "term"),
    "availability_check": (True, 3, True, True, False, "term"),
    "monitoring_optimization": (True, 3, True, True, False, "term"),
    "onsite_training": (False, 10, True, False, False, "service_year"),
}


def test_the_flags_of_the_yearly_services_are_those_of_page_5(catalogue):
    found = {
        e.code: (
            e.yearly_orders_only,
            e.notice_working_days,
            e.notice_is_binding,
            e.binds_plan,
            e.priority_during_event,
            e.period,
        )
        for e in catalogue.entitlements
        if e.unit
    }
    assert found == FLAGS


def test_only_the_partner_premium_report_is_coming_soon(catalogue):
    coming = [
        (t.family, t.code, e.code) for f in catalogue.families for t in f.tiers for e in t.entitlements if e.coming_soon
    ]
    assert coming == [("partner", "premium", "monthly_report")]


def test_technical_tickets_are_metered_on_partner_standard_alone(catalogue):
    found = {
        (t.family, t.code): (
            t.technical_tickets.included,
            t.technical_tickets.monthly_quota,
            t.technical_tickets.metered,
        )
        for f in catalogue.families
        for t in f.tiers
    }
    unlimited = (True, None, False)
    assert found == {
        ("customer", "basic"): unlimited,
        ("customer", "developer"): unlimited,
        ("customer", "business"): unlimited,
        ("customer", "enterprise"): unlimited,
        ("partner", "basic"): (False, 0, False),
        ("partner", "standard"): (True, 30, True),
        ("partner", "premium"): unlimited,
    }


def test_lines_groups_and_people_come_with_the_tiers_of_the_table(catalogue):
    assert {(t.family, t.code): t.provisioning for f in catalogue.families for t in f.tiers} == {
        ("customer", "basic"): (),
        ("customer", "developer"): (),
        ("customer", "business"): ("enterprise_line", "im_group"),
        ("customer", "enterprise"): ("enterprise_line", "im_group", "tam"),
        ("partner", "basic"): (),
        ("partner", "standard"): ("im_group",),
        ("partner", "premium"): ("im_group", "tam"),
    }


def test_channels_follow_the_tables(catalogue):
    partner = {t.code: (t.channels.business, t.channels.technical) for t in catalogue.family("partner").tiers}
    full = ("ticket", "phone", "im_group")
    assert partner == {
        "basic": (("ticket", "phone"), ()),
        "standard": (full, full),
        "premium": (full, full),
    }
    assert catalogue.family("customer").im_providers == ("welink", "wecom")


CATEGORIES = {
    "customer": {
        "product_advice": ("technical",),
        "best_practice": ("technical",),
        "troubleshooting": ("technical",),
        "api_sdk": ("technical",),
        "third_party_software": ("technical",),
        "account_billing": ("business",),
        "quota": ("business",),
        "icp_filing": ("business",),
        "other": ("technical", "business"),
    },
    "partner": {
        "product_fault": ("technical",),
        "product_unavailable": ("technical",),
        "service_error": ("technical",),
        "not_as_documented": ("technical",),
        "network_outage": ("technical",),
        "regional_incident": ("technical",),
        "quota_adjustment": ("business",),
        "billing_dispute": ("business",),
        "other": ("technical", "business"),
    },
}


def test_the_code_lists_are_those_of_page_2_7(catalogue):
    assert {f.code: {c.code: c.kinds for c in f.categories} for f in catalogue.families} == CATEGORIES
    assert [r.code for r in catalogue.out_of_scope_reasons] == [
        "code_development",
        "unlisted_third_party",
        "third_party_operations",
        "end_customer_direct",
        "excluded_region",
        "other",
    ]
    assert " ".join(catalogue.software_codes()) == (
        "openvpn ssh mstsc scp sftp iptables windows_firewall mysql sqlserver apache nginx iis"
    )
    assert " ".join(catalogue.product_codes()) == ("ecs bms evs obs vpc elb eip rds dds dcs cce waf iam ces aom other")
    assert " ".join(catalogue.region_codes()) == (
        "cn-north-4 cn-east-3 cn-south-1 ap-southeast-1 ap-southeast-3 eu-paris na-atlanta none"
    )
    assert " ".join(sorted(e.code for e in catalogue.entitlements)) == " ".join(
        sorted(
            [
                "hotline",
                "tickets",
                "enterprise_line",
                "im_group",
                "tam",
                "third_party_software",
                "architecture_course",
                "escort_basic",
                "availability_check",
                "monitoring_optimization",
                "event_assurance",
                "architecture_consulting",
                "online_training",
                "onsite_training",
                "training_videos",
                "enterprise_care",
                "monthly_report",
                "developer_centre",
                "help_centre",
                "community",
                "message_subscription",
                "icp_filing",
                "online_courses",
            ]
        )
    )


def test_third_party_software_stands_in_its_groups(catalogue):
    groups: dict[str, list[str]] = {}
    for software in catalogue.third_party_software:
        groups.setdefault(software.group, []).append(software.code)
    assert groups == {
        "remote_access": ["openvpn", "ssh", "mstsc", "scp", "sftp"],
        "security_policy": ["iptables", "windows_firewall"],
        "databases": ["mysql", "sqlserver"],
        "web_servers": ["apache", "nginx", "iis"],
    }


def test_customers_are_not_served_in_two_regions_and_partners_everywhere(catalogue):
    assert catalogue.family("customer").excluded_regions == ("eu-paris", "na-atlanta")
    assert catalogue.family("partner").excluded_regions == ()


def test_the_scope_lists_have_the_sentences_of_page_2_5(catalogue):
    lengths = {f.code: (len(f.scope.inside), len(f.scope.outside)) for f in catalogue.families}
    assert lengths == {"customer": (5, 3), "partner": (8, 2)}


def test_a_running_event_gives_ten_minutes_from_production_impaired_up(catalogue):
    priority = catalogue.event_priority
    assert (priority.target_minutes, priority.from_severity) == (10, "production_impaired")


def test_only_consulting_partners_may_subscribe(catalogue):
    partner = catalogue.family_for("partner")
    assert partner.may_subscribe("consulting")
    assert not partner.may_subscribe("technology")
    assert catalogue.family_for("customer").may_subscribe("")


def test_a_text_is_chinese_for_chinese_readers_and_english_for_all_others():
    text = Text(en="Basic", zh="基础级")
    assert text.in_language("zh-hans") == text.in_language("zh-CN") == "基础级"
    assert text.in_language("en") == text.in_language("fr") == "Basic"


def test_an_unknown_code_is_told_and_a_lost_one_is_its_own_name(catalogue):
    with pytest.raises(UnknownCode):
        catalogue.family("staff")
    with pytest.raises(UnknownCode):
        catalogue.family("customer").tier("premium")
    with pytest.raises(UnknownCode):
        catalogue.family("customer").base.prices.of("weekly")
    assert catalogue.name_of("products", "abacus") == Text("abacus", "abacus")
    assert catalogue.name_of("products", "rds").zh == "云数据库（RDS）"
