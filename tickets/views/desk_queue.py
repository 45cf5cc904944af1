"""The desk's queue, `/desk/`: views, filters, pages, and the fragment that keeps an open page up to date."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.page_doors import StaffPage
from accounts.roles import allows, staff_role_key
from common import clock
from supportplans import versions
from supportplans.catalogue import Catalogue
from tickets import desk_reading, queue, queue_counts, queue_rows

# In the order of the tabs: the first one opens.
VIEWS: dict[str, str | Promise] = {
    "all": gettext_lazy("All"),
    "unassigned": gettext_lazy("Unassigned"),
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team"),
    "at_risk": gettext_lazy("About to breach"),
    "breached": gettext_lazy("Overdue"),
    "waiting": gettext_lazy("Waiting for customer"),
}
FIRST_VIEW = "all"
TONES = {"at_risk": "urgent", "breached": "overdue"}
OPTIONS_SHOWN = 8
LONGEST_TEXT = 100


class DeskPage(StaffPage):
    """Pages that only the desk sees; administrators read along."""

    area = "internal_notes"

    @property
    def can_work(self) -> bool:
        return allows(staff_role_key(self.person.staff_role()), self.area, "W")

    def context(self) -> dict[str, Any]:
        return super().context() | {"is_desk": True, "can_work": self.can_work, "live_channels": ["desk"]}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; the fields that narrow are those of queue.Filters."""

    view: str
    product: str = ""
    tier: str = ""
    organization: str = ""
    q: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        texts = {name: request.GET.get(name, "").strip() for name in ("product", "tier", "organization", "q")}
        texts["organization"] = texts["organization"].lower()
        view = request.GET.get("view", "")
        return cls(
            view=view if view in VIEWS else FIRST_VIEW,
            cursor=request.GET.get("cursor", ""),
            **{name: text[:LONGEST_TEXT] for name, text in texts.items()},
        )

    @property
    def narrows(self) -> bool:
        return any((self.product, self.tier, self.organization, self.q))

    @property
    def filters(self) -> queue.Filters:
        return queue.Filters(product=self.product, tier=self.tier, organization=self.organization, q=self.q)

    def address(self, name: str = "tickets:queue", **changes: str) -> str:
        """The same question with `changes`, as an address; another view or page starts from its beginning."""
        asked = asdict(self) | {"cursor": ""} | changes
        query = urlencode(
            {key: value for key, value in asked.items() if value and (key, value) != ("view", FIRST_VIEW)}
        )
        return f"{reverse(name)}?{query}" if query else reverse(name)


class QueuePage(DeskPage):
    """One page of a view, the most urgent ticket first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = Asked.of(request)
        catalogue = versions.current(clock.today())
        context = {
            "filters": asked,
            "products": catalogue.products,
            "tiers": tiers_of(catalogue),
            "queue": self.listing(asked, catalogue, clock.now()),
        }
        return self.render("tickets/desk/queue.html", context)

    def listing(self, asked: Asked, catalogue: Catalogue, at: datetime) -> dict[str, Any]:
        """What the list shows; four statements."""
        found = queue.page(view=asked.view, person=self.person, at=at, filters=asked.filters, marker=asked.cursor)
        return {
            "view": asked.view,
            "views": self.views(asked, at),
            "rows": queue_rows.rows(found.tickets, catalogue, reader=self.person, can_work=self.can_work),
            "next_url": found.next and asked.address(cursor=found.next),
            "previous_url": found.previous and asked.address(cursor=found.previous),
            "live_url": asked.address("tickets:queue_live", cursor=asked.cursor),
            "clear_url": Asked(asked.view).address(),
            "empty": nothing_here(asked),
        }

    def views(self, asked: Asked, at: datetime) -> list[dict[str, Any]]:
        """The tabs; they count whole views, whatever the filters."""
        counted = queue_counts.counts(views=tuple(VIEWS), person=self.person, at=at)
        most = queue_counts.COUNTED_UP_TO
        return [
            {
                "code": code,
                "label": label,
                "url": asked.address(view=code),
                "is_current": code == asked.view,
                "count": f"{most}+" if counted[code] > most else str(counted[code] or ""),
                "tone": TONES.get(code, ""),
            }
            for code, label in VIEWS.items()
        ]


class QueueLive(QueuePage):
    """The same list for a page that is open: tabs, rows and foot, put in their places by static/js/desk.js."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = Asked.of(request)
        shown = self.listing(asked, versions.current(clock.today()), clock.now())
        return self.render("tickets/desk/_queue_live.html", {"queue": shown})


class OrganizationOptions(DeskPage):
    """Organizations whose name or short name begins like what is being typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = Asked.of(request).organization
        found = desk_reading.organizations_like(self.person, typed, limit=OPTIONS_SHOWN) if typed else []
        return self.render("tickets/desk/_organization_options.html", {"organizations": found})


def tiers_of(catalogue: Catalogue) -> list[tuple[str, Any]]:
    """Every tier's code and name once, as the families list them."""
    return list({tier.code: tier.name for family in catalogue.families for tier in family.tiers}.items())


def nothing_here(asked: Asked) -> dict[str, str]:
    """What an empty list says, and where to go from there."""
    if asked.narrows:
        return {
            "icon": "filter",
            "title": _("No ticket fits these filters"),
            "text": _("Other tickets may be waiting all the same."),
            "action_url": Asked(asked.view).address(),
            "action_label": _("Clear the filters"),
        }
    unassigned = {"action_url": Asked("unassigned").address(), "action_label": _("Take one from the unassigned")}
    return {
        "all": {
            "icon": "circle-check",
            "title": _("Nothing waits"),
            "text": _("Every ticket is answered and done. New ones appear here by themselves."),
        },
        "unassigned": {
            "icon": "user-check",
            "title": _("Every ticket has somebody"),
            "text": _("New tickets appear here until somebody claims them."),
        },
        "mine": {
            "icon": "inbox",
            "title": _("You have no ticket"),
            "text": _("Claim one, and it stays here until it is resolved."),
            **unassigned,
        },
        "team": {
            "icon": "users",
            "title": _("Nothing waits for your team"),
            "text": _("These are the tickets of your products that your level may take."),
        },
        "at_risk": {
            "icon": "clock",
            "title": _("No answer is about to be late"),
            "text": _("Tickets appear here when 80 % of their answer time is used."),
        },
        "breached": {
            "icon": "shield-check",
            "title": _("No answer is overdue"),
            "text": _("Tickets appear here the moment their answer time has passed."),
        },
        "waiting": {
            "icon": "player-pause",
            "title": _("We wait for nobody"),
            "text": _("Tickets stay here until the customer answers; after 7 days they are resolved."),
        },
    }[asked.view]
