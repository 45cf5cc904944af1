"""The desk's queue, `/desk/`: views, filters, pages, and the fragment that keeps an open page up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from accounts.access import staff_with_role
from accounts.page_doors import StaffPage
from common import clock
from common.shared_reading import SharedReading
from supportplans import versions
from supportplans.catalogue import Catalogue
from tickets import desk_reading, queue, queue_codes, queue_counts, queue_rows
from tickets.desk import saved_filters, tagging
from tickets.desk.bulk_actions import MOST_TICKETS
from tickets.models import Channel, SavedView, Ticket
from tickets.queue import Filters
from tickets.views import queue_chips, queue_empty

# In the order of the tabs: the first one opens.
VIEWS: dict[str, str | Promise] = {
    "all": gettext_lazy("All"),
    "unassigned": gettext_lazy("Unassigned"),
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team"),
    "at_risk": gettext_lazy("About to breach"),
    "breached": gettext_lazy("Overdue"),
    "waiting": gettext_lazy("Waiting for customer"),
    "callbacks": gettext_lazy("Call back"),
}
FIRST_VIEW = "all"
TONES = {"at_risk": "urgent", "breached": "overdue"}
OPTIONS_SHOWN = 8
LONGEST_TEXT = 100


class DeskPage(StaffPage):
    """Pages that only the desk sees; administrators read along."""

    area = "internal_notes"

    def context(self) -> dict[str, Any]:
        return super().context() | {"is_desk": True, "can_work": self.can_write, "live_channels": ["desk"]}


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str
    filters: Filters = field(default_factory=Filters)
    cursor: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        texts = {name: request.GET.get(name, "").strip()[:LONGEST_TEXT] for name in saved_filters.NAMES}
        texts["organization"] = texts["organization"].lower()
        view = request.GET.get("view", "")
        return cls(
            view=view if view in VIEWS else FIRST_VIEW, filters=Filters(**texts), cursor=request.GET.get("cursor", "")
        )

    def with_known_codes(self, catalogue: Catalogue) -> tuple[Asked, dict[str, str]]:
        """Without filters whose codes do not exist, such as those of an old bookmark; and these, by name."""
        filters, dropped = queue_codes.without_unknown(self.filters, catalogue)
        return replace(self, filters=filters), dropped

    @classmethod
    def kept_in(cls, saved: SavedView) -> Asked:
        return cls(view=saved.view, filters=saved_filters.filters_of(saved))

    @staticmethod
    def bare(view: str) -> str:
        """A whole view."""
        return Asked(view).address()

    @property
    def narrows(self) -> bool:
        return self.filters != Filters()

    @cached_property
    def fields(self) -> dict[str, str]:
        """View and filters, without what does not narrow."""
        return {"view": self.view} | {name: value for name, value in asdict(self.filters).items() if value}

    def address(self, name: str = "tickets:queue", **changes: str) -> str:
        """The same question with `changes`, as an address; another view or page starts from its beginning."""
        asked = self.fields | {"cursor": ""} | changes
        query = urlencode(
            {key: value for key, value in asked.items() if value and (key, value) != ("view", FIRST_VIEW)}
        )
        return f"{reverse(name)}?{query}" if query else reverse(name)


class QueuePage(DeskPage):
    """One page of a view, the most urgent ticket first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        catalogue = versions.current(clock.today())
        asked, dropped = Asked.of(request).with_known_codes(catalogue)
        context = {
            "asked": asked,
            "filters": asked.filters,
            "products": catalogue.products,
            "tiers": tiers_of(catalogue),
            "levels": catalogue.handler_levels,
            "channels": Channel.choices,
            "queue": self.listing(asked, catalogue, clock.now()),
            "saved": self.saved(asked),
            "dropped": [(queue_chips.NAMES[name], code) for name, code in dropped.items()],
            "chips": queue_chips.chips(asked.filters, catalogue, asked.address),
            "longest_name": saved_filters.LONGEST_NAME,
            "most_at_once": MOST_TICKETS,
        }
        return self.render("tickets/desk/queue.html", context)

    def listing(self, asked: Asked, catalogue: Catalogue, at: datetime) -> dict[str, Any]:
        """What the list shows; four statements."""
        found = self.found(asked, at)
        return {
            "view": asked.view,
            "views": self.views(asked, at),
            "rows": self.rows(found, catalogue),
            "next_url": found.next and asked.address(cursor=found.next),
            "previous_url": found.previous and asked.address(cursor=found.previous),
            "live_url": asked.address("tickets:queue_live", cursor=asked.cursor),
            "clear_url": Asked(asked.view).address(),
            "bulk_url": asked.address("tickets:bulk_new", all="1", view=asked.view),
            "empty": queue_empty.nothing_here(asked.view, narrows=asked.narrows, address=asked.bare),
        }

    def found(self, asked: Asked, at: datetime) -> queue.Page:
        return queue.page(view=asked.view, person=self.person, at=at, filters=asked.filters, marker=asked.cursor)

    def rows(self, found: queue.Page, catalogue: Catalogue) -> Sequence[Any]:
        return queue_rows.rows(found.tickets, catalogue, reader=self.person, can_work=self.can_write)

    def counts(self, at: datetime) -> dict[str, int]:
        return queue_counts.counts(views=tuple(VIEWS), person=self.person, at=at)

    def saved(self, asked: Asked) -> list[dict[str, Any]]:
        """The person's own views; one statement."""
        return [
            {
                "name": one.name,
                "url": Asked.kept_in(one).address(),
                "is_current": Asked.kept_in(one).fields == asked.fields,
            }
            for one in saved_filters.views_of(self.person)
        ]

    def views(self, asked: Asked, at: datetime) -> list[dict[str, Any]]:
        """The tabs; they count whole views, whatever the filters."""
        counted = self.counts(at)
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


_of_the_moment = SharedReading("desk")


class QueueLive(QueuePage):
    """The same list for a page that is open: tabs, rows and foot, put in their places by static/js/desk.js.

    All open desks ask for it in the same moment: what is the same for several of them is read and drawn once.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        catalogue = versions.current(clock.today())
        asked, _dropped = Asked.of(request).with_known_codes(catalogue)
        shown = self.listing(asked, catalogue, clock.now())
        drawn = self.drawn(asked, shown["rows"], catalogue)
        return self.render("tickets/desk/_queue_live.html", {"queue": shown, "drawn": drawn})

    def found(self, asked: Asked, at: datetime) -> queue.Page:
        reader = self.person.pk if asked.view in queue.PERSONAL else None
        return _of_the_moment.get(("page", asked, reader), lambda: super(QueueLive, self).found(asked, at))

    def rows(self, found: queue.Page, catalogue: Catalogue) -> Sequence[Any]:
        return found.tickets

    def drawn(self, asked: Asked, tickets: Sequence[Ticket], catalogue: Catalogue) -> str:
        """The list as HTML; who works on none of its tickets sees what everybody sees."""
        own = tuple(ticket.pk for ticket in tickets if ticket.assignee_id == self.person.pk)

        def draw() -> str:
            rows = queue_rows.rows(tickets, catalogue, reader=self.person, can_work=self.can_write)
            return render_to_string("tickets/desk/_queue_rows.html", {"rows": rows, "oob": True})

        reader = self.person.pk if asked.view in queue.PERSONAL else None
        return _of_the_moment.get(("rows", asked, reader, own, get_language(), self.can_write), draw)

    def counts(self, at: datetime) -> dict[str, int]:
        def count(views: tuple[str, ...]) -> dict[str, int]:
            return queue_counts.counts(views=views, person=self.person, at=at)

        everybodys = tuple(view for view in VIEWS if view not in queue.PERSONAL)
        return _of_the_moment.get("counts", lambda: count(everybodys)) | count(queue.PERSONAL)


class OrganizationOptions(DeskPage):
    """Organizations whose name or short name begins like what is being typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = Asked.of(request).filters.organization
        found = desk_reading.organizations_like(self.person, typed, limit=OPTIONS_SHOWN) if typed else []
        return self.render("tickets/desk/_organization_options.html", {"organizations": found})


class TagOptions(DeskPage):
    """Tags in use that begin like what is being typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("tag") or request.GET.get("add") or ""
        # Of several, the one that is being written.
        last = typed.replace(",", " ").split(" ")[-1]
        found = tagging.tags_in_use(last, limit=OPTIONS_SHOWN)
        return self.render("tickets/desk/_options.html", {"options": [{"value": tag} for tag in found]})


class ManagerOptions(DeskPage):
    """Technical service managers, whose organizations the queue can be narrowed to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        people = staff_with_role("tam", "lead")
        options = [{"value": person.email, "label": person.display_name()} for person in people]
        return self.render("tickets/desk/_options.html", {"options": options})


def tiers_of(catalogue: Catalogue) -> list[tuple[str, Any]]:
    """Every tier's code and name once, as the families list them."""
    return list({tier.code: tier.name for family in catalogue.families for tier in family.tiers}.items())
