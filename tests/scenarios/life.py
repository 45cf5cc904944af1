"""One portal with a clock that travels, spoken to over HTTP alone: the stage of the life stories."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from billing.gateways.sandbox import SIGNATURE_HEADER, signature_of
from common import clock
from common.beijing import BEIJING
from tests import cast

Json = dict[str, Any]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


class Portal:
    """Staff and organizations as their API clients; `begin` chooses where time starts."""

    def __init__(self, begin: str) -> None:
        clock.move_to(beijing(begin))
        self.admin = cast.client_of(cast.staff("admin@support.example", "admin"))
        self.lead = cast.client_of(cast.staff("lead@support.example", "lead"))
        self.operator = cast.client_of(cast.staff("billing@support.example", "billing"))

    def travel(self, to: str) -> None:
        """Move the clock; every job on the way runs at its own instant."""
        answered(self.admin.put("/api/v1/operator/clock", {"now": beijing(to).isoformat()}, format="json"), 200)

    def sleep_until(self, to: str) -> None:
        """The portal is stopped until then: nothing runs, and what it missed it finds out by itself."""
        clock.move_to(beijing(to))

    def organization(self, slug: str, kind: str = "customer") -> Life:
        partner = {"partner_type": "consulting"} if kind == "partner" else {}
        body = {"slug": slug, "name": slug.title(), "kind": kind, "owner_email": f"owner@{slug}.example"} | partner
        answered(self.admin.post("/api/v1/operator/organizations", body, format="json"), 201)
        return Life(slug)

    def use(self, slug: str, *records: Json) -> Json:
        """Report usage; each record gives what differs from a day of `ecs` on demand."""
        usual = {
            "organization": slug,
            "product": "ecs",
            "category": "cloud_service",
            "charge_mode": "on_demand",
            "payment_form": "card",
        }
        return answered(
            self.operator.post("/api/v1/operator/usage", [usual | record for record in records], format="json"), 200
        )

    def ledger_is_right(self) -> None:
        """After the next morning's jobs, so that nothing of today is still to be booked."""
        self.travel(f"{clock.today() + timedelta(days=1)}T01:00")
        check = answered(self.operator.get("/api/v1/operator/ledger/check"), 200)
        assert check == {"ok": True, "problems": []}


class Life:
    """One organization, as its owner sees it."""

    def __init__(self, slug: str) -> None:
        from accounts.models import Person

        self.slug = slug
        self.client = cast.client_of(Person.objects.get(email=f"owner@{slug}.example"))

    def get(self, path: str, **query: str) -> Any:
        return answered(self.client.get(self._url(path), query), 200)

    def post(self, path: str, body: Json | None = None, status: int = 201) -> Any:
        return answered(self.client.post(self._url(path), body or {}, format="json"), status)

    def patch(self, path: str, body: Json) -> Any:
        return answered(self.client.patch(self._url(path), body, format="json"), 200)

    def _url(self, path: str) -> str:
        return f"/api/v1/orgs/{self.slug}/{path}"

    # Buying

    def quote(self, action: str, **wish: Any) -> Json:
        return self.post("quotes", {"action": action} | wish)

    def refused(self, action: str, **wish: Any) -> Json:
        """The refusal of a quote."""
        return self.post("quotes", {"action": action} | wish, status=409)

    def order(self, action: str, **wish: Any) -> Json:
        return self.post("orders", {"quote": self.quote(action, **wish)["id"]})

    def buy(self, action: str, **wish: Any) -> Json:
        """Order and, where something is to be paid, pay; the fulfilled order."""
        order = self.order(action, **wish)
        if order["payment"]:
            self.pay(order)
        done = self.get(f"orders/{order['number']}")
        assert done["status"] == "fulfilled", done
        return done

    def pay(self, order: Json, outcome: str = "succeeded") -> None:
        """The gateway reports the order's payment, signed."""
        body = json.dumps(
            {
                "event_id": f"evt-{order['payment']['reference']}-{outcome}",
                "reference": order["payment"]["reference"],
                "outcome": outcome,
                "amount": order["total"],
                "currency": "CNY",
                "occurred_at": clock.now().isoformat(),
            }
        )
        answer = APIClient().post(
            "/payments/notify/sandbox",
            body,
            content_type="application/json",
            headers={SIGNATURE_HEADER: signature_of(body.encode())},
        )
        assert answer.status_code == 200, answer.content

    # Looking

    def plan(self) -> tuple[str, str | None, str | None]:
        held = self.get("subscription")
        return held["tier"], held["starts_on"], held["ends_on"]

    def invoices(self) -> list[Decimal]:
        """Totals, oldest first; credit notes are negative."""
        return [Decimal(one["total"]) for one in reversed(self.get("invoices", page_size="200")["results"])]

    def money(self) -> Decimal:
        """Paid minus refunded."""
        rows = self.get("payments", page_size="200")["results"]
        came = [row for row in rows if row["status"] in ("succeeded", "refunded", "held")]
        return sum((Decimal(row["amount"]) - Decimal(row["refunded"]) for row in came), Decimal("0.00"))


def answered(answer: Any, status: int) -> Any:
    assert answer.status_code == status, (answer.status_code, answer.content[:600])
    return json.loads(answer.content)


Begin = Callable[[str], Portal]
