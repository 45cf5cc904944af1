"""The demo's monthly reports: what zenith's cloud reported month by month, and what was sent of it.

Consumption is what was really loaded as usage; the rest is drawn with fixed dice, so that every demo looks alike.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from accounts.models import Organization
from billing.usage.days import usage_of_month
from care.models import MonthlyReport
from care.reports import addresses, editing, feeds, making, planning, sending
from care.reports.access import ENTITLEMENT
from care.reports.schedule import sent_from
from common import clock, outbox, tenancy
from common.beijing import Month
from portal.demo.cast import Players
from supportplans.entitled_days import entitled_days
from tickets import closing, conversation, satisfaction
from tickets.filing import file_ticket
from tickets.filing_fields import Draft

SLUG = "zenith"
SEED = 62
FURTHER_ADDRESSES = ["it-operations@zenith.example", "cio@zenith.example"]
FOREWORD = (
    "本月整体运行平稳，核心账务系统未出现中断。\n建议优先处理安全部分列出的两项暴露面，并在业务高峰前完成订单库扩容。"
)
OWN_ADVICE = "建议在下月的季度结息前安排一次可用性检查，我们可以协助确定时间窗口。"


class Question(NamedTuple):
    """A ticket of a month before: when, how urgent, minutes to its answer, hours until it was solved, rating or 0."""

    day: int
    hour: int
    severity: str
    product: str
    subject: str
    minutes: int
    hours: int
    score: int


QUESTIONS = (
    Question(2, 10, "production_impaired", "rds", "订单库偶发连接超时，重试后恢复", 35, 6, 5),
    Question(5, 15, "guidance", "cce", "容器节点扩容前应如何评估配额？", 140, 20, 4),
    Question(9, 9, "system_impaired", "waf", "WAF误拦截对公客户批量上传", 60, 9, 5),
    Question(12, 21, "production_down", "elb", "公网入口健康检查全部失败", 6, 2, 5),
    Question(16, 11, "production_impaired", "rds", "只读副本延迟超过十分钟", 50, 7, 4),
    Question(20, 14, "guidance", "obs", "对账单归档的生命周期规则如何设置", 200, 30, 0),
    Question(24, 10, "production_impaired", "rds", "备份窗口内写入延迟升高", 41, 5, 3),
)
ASKED = "请协助定位原因，相关请求ID与时间点见附件说明。"
ANSWERED = "已定位，正在处理；处理完成后会在此工单中说明原因与预防措施。"
SOLVED = "已处理完成，原因与预防措施如上所述，请确认。"
FEED_AFTER, MADE_AFTER, EDITED_AFTER = timedelta(hours=3), timedelta(hours=4), timedelta(days=1, hours=7)


class Group(NamedTuple):
    """Instances that are alike: how many at first, how many more a month, and how busy they are in percent."""

    type: str
    name: str
    spec: str
    number: int
    growth: int
    zones: tuple[str, ...]
    cpu: int
    memory: int


GROUPS = (
    Group("ecs", "核心账务", "c7.4xlarge.2", 6, 0, ("cn-north-4a", "cn-north-4b"), 46, 58),
    Group("ecs", "网银前端", "c7.2xlarge.2", 8, 1, ("cn-north-4a", "cn-north-4b"), 38, 44),
    Group("ecs", "批量作业", "m7.2xlarge.8", 3, 0, ("cn-north-4a",), 2, 12),
    Group("rds", "订单库", "rds.mysql.x1.4xlarge", 2, 0, ("cn-north-4a", "cn-north-4b"), 76, 84),
    Group("rds", "报表库", "rds.pg.x1.2xlarge", 2, 0, ("cn-north-4a",), 33, 51),
    Group("dcs", "会话缓存", "redis.ha.xu1.large", 3, 0, ("cn-north-4a", "cn-north-4b"), 21, 63),
    Group("cce", "容器节点", "c7n.4xlarge.4", 6, 1, ("cn-north-4a", "cn-north-4b", "cn-north-4c"), 57, 66),
    Group("elb", "公网入口", "elb.l7.large", 2, 0, ("cn-north-4a", "cn-north-4b"), 18, 20),
)


def ask_questions(players: Players, *, now: datetime) -> int:
    """The tickets of the two months before: told before the others, for the newest ticket has the highest number."""
    last = Month.of_instant(now).previous()
    for month, questions in ((last.previous(), QUESTIONS[::2]), (last, QUESTIONS)):
        for question in questions:
            _ask(players, question, month.starts_at + timedelta(days=question.day, hours=question.hour))
        with clock.at(month.ends_at - timedelta(hours=1)):
            outbox.relay()
    return len(QUESTIONS[::2]) + len(QUESTIONS)


def _ask(players: Players, question: Question, at: datetime) -> None:
    """Filed, answered, solved, rated and closed, each at its time."""
    zenith, asker, expert = players.organizations[SLUG], players.member(SLUG), players.staff("senior")
    draft = Draft(
        kind="technical",
        severity=question.severity,
        subject=question.subject,
        body=ASKED,
        product=question.product,
        region="cn-north-4",
    )
    with clock.at(at), tenancy.everything():
        ticket = file_ticket(organization=zenith, by=asker, draft=draft, channel="portal", at=at)
    answered, solved = at + timedelta(minutes=question.minutes), at + timedelta(hours=question.hours)
    with tenancy.everything():
        with clock.at(answered):
            conversation.staff_reply(ticket=ticket, by=expert, body=ANSWERED, at=answered)
        with clock.at(solved):
            conversation.staff_reply(ticket=ticket, by=expert, body=SOLVED, at=solved, then="resolve")
        ended = solved + timedelta(hours=3)
        with clock.at(ended):
            if question.score:
                satisfaction.rate(
                    ticket=ticket, organization=zenith, score=question.score, comment="", at=ended, by=asker
                )
            closing.close(ticket=ticket, organization=zenith, by=asker, at=ended)


def load(players: Players, *, now: datetime) -> int:
    """Tell the months of the demo that are over, and schedule the running one; returns how many reports there are."""
    zenith, running = players.organizations[SLUG], Month.of_instant(now)
    months = _months_held(zenith, running)
    with tenancy.everything(), clock.at(months[0].ends_at):
        addresses.choose_addresses(organization=zenith, addresses=FURTHER_ADDRESSES, by=players.owner(SLUG))
    zenith.refresh_from_db()
    for place, month in enumerate(months):
        _month(players, zenith, month, place, now, is_edited=place >= len(months) - 2)
    with tenancy.everything():
        planning.plan_month(running, [zenith.pk])
    return len(months) + 1


def _months_held(zenith: Organization, running: Month) -> list[Month]:
    """The months before, from the one in which the plan began: its report is about the days from then on."""
    months = [running.previous()]
    with tenancy.everything():
        while entitled_days(ENTITLEMENT, months[0].previous(), [zenith.pk]):
            months.insert(0, months[0].previous())
    return months


def _month(players: Players, zenith: Organization, month: Month, place: int, now: datetime, *, is_edited: bool) -> None:
    """Feeds, making, what the manager wrote, and sending, each at its time as far as that has come."""
    at = month.ends_at + FEED_AFTER
    if at > now:
        return
    with tenancy.everything(), clock.at(at):
        for kind, items in _feeds(zenith, month, place).items():
            feeds.take_feed(
                organization=zenith,
                month=month,
                kind=kind,
                items=feeds.checked_items(kind, items)[0],
                at=at,
                by=players.staff("billing"),
            )
        report = MonthlyReport.objects.get(organization=zenith, month=month.first_day)
    with clock.at(min(month.ends_at + MADE_AFTER, now)) as _stopped:
        making.make(report.pk, at=clock.now())
    edited_at = month.ends_at + EDITED_AFTER
    if is_edited and edited_at <= now:
        with tenancy.everything(), clock.at(edited_at):
            manager = players.staff("tam")
            editing.write_foreword(report=report, foreword=FOREWORD, at=edited_at, by=manager)
            editing.add(report=report, text=OWN_ADVICE, at=edited_at, by=manager)
    sent_at = sent_from(report.due_on)
    if sent_at <= now:
        with clock.at(sent_at):
            sending.send_due(report.pk, at=sent_at)
            outbox.relay()


def _feeds(zenith: Organization, month: Month, place: int) -> dict[str, list[dict[str, Any]]]:
    dice = Random(f"{SEED}-{place}")  # noqa: S311 (the same demo every time)
    instances = [(group, number) for group in GROUPS for number in range(1, group.number + group.growth * place + 1)]
    return {
        "resources": [_instance(group, number, month, place) for group, number in instances],
        "load": [_load(group, number, dice) for group, number in instances],
        "security": _security(place, dice),
        "consumption": _consumption(zenith, month),
    }


def _id(group: Group, number: int) -> str:
    return f"{group.type}-{GROUPS.index(group) + 1}{number:02}"


def _instance(group: Group, number: int, month: Month, place: int) -> dict[str, Any]:
    is_new = group.growth and number > group.number + group.growth * (place - 1)
    address = f"10.{GROUPS.index(group) + 8}.{number // 8}.{number % 250 + 4}"
    return {
        "id": _id(group, number),
        "name": f"{group.name}-{number:02}",
        "type": group.type,
        "state": "stopped" if group.cpu < 5 and number == group.number else "running",
        "spec": group.spec,
        "created": month.first_day.replace(day=9).isoformat() if is_new else "2025-08-18",
        "ip_address": address,
        "region": "cn-north-4",
        "zone": group.zones[number % len(group.zones)],
        "usage": f"{(group.memory + number * 7) % 60 + 20} %",
        "configuration": {"billing": "yearly" if number <= group.number else "on demand", "disks": 1 + number % 3},
    }


def _load(group: Group, number: int, dice: Random) -> dict[str, Any]:
    return {
        "id": _id(group, number),
        "cpu": _measure(group.cpu, dice, 99),
        "memory": _measure(group.memory, dice, 99),
        "disk": _measure(35 + number % 5 * 9, dice, 99),
        "disk_read": _measure(group.cpu + 4, dice),
        "disk_write": _measure(group.cpu // 2 + 3, dice),
        "inbound_bandwidth": _measure(group.cpu * 2 + 5, dice),
        "outbound_bandwidth": _measure(group.cpu * 3 + 8, dice),
        "concurrent_connections": _measure(group.cpu * 90 + 40, dice),
        "new_connections": _measure(group.cpu * 4 + 2, dice),
        "latency": _measure(3, dice),
        "loss": {"average": 0, "peak": dice.randint(0, 2), "p95": 0},
    }


def _measure(level: int, dice: Random, largest: int = 10**9) -> dict[str, int]:
    average = min(max(1, level + dice.randint(-level // 8 - 1, level // 8 + 1)), largest)
    p95 = min(average * 120 // 100 + 1, largest)
    return {"average": average, "p95": p95, "peak": min(average * 155 // 100 + 2, largest)}


def _security(place: int, dice: Random) -> list[dict[str, Any]]:
    users = [("ops-admin", True, True), ("deploy", False, True), ("审计员", False, True), ("外包-测试", False, False)]
    attacks = {"sql_injection": 2100, "xss": 940, "crawler": 5200, "cc": 1800, "path_traversal": 310}
    seen = {kind: count * (90 + place * 9 + dice.randint(0, 12)) // 100 for kind, count in attacks.items()}
    total = sum(seen.values())
    return [
        *(
            {"kind": "iam_user", "name": name, "administrator": administrator, "mfa": mfa, "access_keys": 1}
            for name, administrator, mfa in users
        ),
        {"kind": "security_group", "id": "sg-01", "name": "账务内网", "rules": 14, "open_to_all": False},
        {"kind": "security_group", "id": "sg-02", "name": "前端入口", "rules": 6, "open_to_all": False},
        {"kind": "security_group", "id": "sg-07", "name": "测试环境", "open_to_all": True, "open_ports": "22, 3306"},
        {"kind": "audit_log", "enabled": True, "region": "cn-north-4", "kept_days": 180},
        {"kind": "audit_log", "enabled": place < 2, "region": "cn-east-3"},
        {"kind": "bucket_policy", "name": "zenith-statements", "access": "private", "encrypted": True},
        {"kind": "bucket_policy", "name": "zenith-static", "access": "public_read", "encrypted": False},
        {"kind": "ddos", "ip_address": "203.0.113.20", "blocked": place % 2, "cleaned": 3 + place, "diverted": 1},
        {
            "kind": "waf",
            "domain": "ebank.zenith.example",
            "mode": "protect",
            "rules": 38,
            "attacks": total,
            "blocked": total * 98 // 100,
            "by_type": seen,
        },
        {"kind": "waf", "domain": "m.zenith.example", "mode": "log", "attacks": 120 + 15 * place, "blocked": 0},
    ]


def _consumption(zenith: Organization, month: Month) -> list[dict[str, Any]]:
    amounts: dict[str, Decimal] = {}
    for row in usage_of_month(zenith, month).days:
        amounts[row.product] = amounts.get(row.product, Decimal(0)) + row.counted + row.not_counted
    return [{"product": product, "amount": str(amount)} for product, amount in sorted(amounts.items())]
