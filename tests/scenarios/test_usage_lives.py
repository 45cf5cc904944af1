"""Lives of cloud usage and its settlements, told through HTTP with the travelling clock (spec pages 3.5 to 3.7)."""

from decimal import Decimal

DEVELOPER_AND_BUSINESS = Decimal("8612.54")


def november(portal, slug: str) -> None:
    """The specification's worked month: 100 a day for ten days, 5,000 a day for twenty."""
    portal.use(
        slug,
        *(
            {
                "record_id": f"{slug}-11-{day:02}",
                "list_amount": "100.00" if day <= 10 else "5000.00",
                "starts_on": f"2026-11-{day:02}",
                "ends_on": f"2026-11-{day + 1:02}" if day < 30 else "2026-12-01",
            }
            for day in range(1, 31)
        ),
    )


def a_worked_november(portal):
    """Developer until the 10th, business from the 11th: the organization at the end of the month."""
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="developer", cycle="yearly")
    portal.sleep_until("2026-11-10T18:00")
    orbit.buy("change_tier", tier="business")
    portal.sleep_until("2026-11-30T23:00")
    november(portal, "orbit")
    return orbit


def settlements(life) -> list[tuple[str, str]]:
    return [(one["month"], one["total"]) for one in reversed(life.get("settlements")["results"])]


def test_an_upgrade_inside_a_month_is_settled_by_segments(begin):
    portal = begin("2026-10-20T10:00")
    orbit = a_worked_november(portal)
    portal.travel("2026-12-01T02:00")
    settled = orbit.get("settlements")["results"][0]
    assert [(one["tier"], one["days"], one["incremental"]) for one in settled["segments"]] == [
        ("developer", 10, "0.00"),
        ("business", 20, "8612.54"),
    ]
    invoice = orbit.get(f"invoices/{settled['invoice']}")
    assert (invoice["status"], invoice["total"], invoice["due_on"]) == ("open", "8612.54", "2026-12-11")
    portal.ledger_is_right()


def test_three_months_asleep_are_settled_once_each_the_oldest_first(begin):
    portal = begin("2026-10-20T10:00")
    orbit = a_worked_november(portal)
    portal.sleep_until("2027-03-01T01:30")
    portal.travel("2027-03-01T02:30")
    expected = [("2026-10", "0.00"), ("2026-11", "8612.54")]
    expected += [(month, "0.00") for month in ("2026-12", "2027-01", "2027-02")]
    assert settlements(orbit) == expected
    again = portal.operator.post("/api/v1/operator/settlements", {"month": "2026-11"}, format="json").json()
    assert again == {"month": "2026-11", "settled": 0, "already_settled": 1}
    assert settlements(orbit) == expected
    portal.ledger_is_right()


def test_late_and_corrected_usage_is_put_right_in_the_next_run(begin):
    portal = begin("2026-10-20T10:00")
    orbit = a_worked_november(portal)
    orbit.post("payment-methods", {"gateway": "sandbox", "default": True, "behaviour": "succeed"})
    portal.travel("2026-12-01T03:00")
    paid = orbit.money()
    # 10,000 more on the 20th: (7,000 + 2,870) × 110,000 / 111,000 − 466.67 = 9,314.41 instead of 8,612.54.
    late = {"record_id": "late", "list_amount": "10000.00", "starts_on": "2026-11-20", "ends_on": "2026-11-21"}
    assert portal.use("orbit", late) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert portal.use("orbit", late) == {"accepted": 0, "duplicates": 1, "rejected": []}
    portal.sleep_until("2027-01-01T01:30")
    portal.travel("2027-01-01T03:00")
    december = orbit.get("settlements")["results"][0]
    assert december["adjustments"] == [{"month": "2026-11", "amount": "701.87"}]
    assert orbit.money() - paid == Decimal("701.87")
    # The correction of the whole month brings everything back.
    whole = {"record_id": "wrong", "list_amount": "-111000.00", "starts_on": "2026-11-20", "ends_on": "2026-11-21"}
    portal.use("orbit", whole)
    portal.sleep_until("2027-02-01T01:30")
    portal.travel("2027-02-01T03:00")
    january = orbit.get("settlements")["results"][0]
    assert january["adjustments"] == [{"month": "2026-11", "amount": "-9314.41"}]
    assert orbit.money() - paid == Decimal("701.87") - Decimal("9314.41")
    assert sum(orbit.invoices()[-2:]) == Decimal("-9314.41")
    portal.ledger_is_right()


def test_an_unpaid_settlement_suspends_technical_tickets_until_it_is_paid(begin):
    portal = begin("2026-10-20T10:00")
    orbit = a_worked_november(portal)
    portal.travel("2026-12-01T03:00")
    portal.sleep_until("2026-12-26T00:00")
    assert orbit.get("subscription")["status"] == "suspended"
    ticket = {"kind": "technical", "severity": "guidance", "subject": "Help", "body": "Please.", "region": "none"}
    assert orbit.post("tickets", ticket, status=409)["code"] == "account_overdue"
    orbit.post("tickets", ticket | {"kind": "business"})
    assert orbit.refused("unsubscribe")["code"] == "account_overdue"
    number = orbit.get("settlements")["results"][0]["invoice"]
    orbit.pay(orbit.post(f"invoices/{number}/pay", status=200))
    assert orbit.get("subscription")["status"] == "active"
    orbit.post("tickets", ticket)
    portal.ledger_is_right()
