"""The desk's queue, `/desk/`: views, filters, pages, and the fragment that keeps an open page up to date."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe

from accounts.access import staff_with_role
from accounts.page_doors import StaffPage
from common import clock
from supportplans import versions
from supportplans.catalogue import Catalogue
from tickets import desk_reading, queue, queue_counts, queue_rows
from tickets.desk import saved_filters, tagging
from tickets.desk.bulk_actions import MOST_TICKETS
from tickets.models import Channel
from tickets.views import open_queues, queue_chips
from tickets.views.queue_asked import VIEWS, Asked
from tickets.views.queue_listing import listing

OPTIONS_SHOWN = 8


class DeskPage(StaffPage):
    """Pages that only the desk sees; administrators read along."""

    area = "internal_notes"

    def context(self) -> dict[str, Any]:
        return super().context() | {"is_desk": True, "can_work": self.can_write, "live_channels": ["desk"]}


class QueuePage(DeskPage):
    """One page of a view, the most urgent ticket first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        catalogue = versions.current(clock.today())
        asked, dropped = Asked.of(request.GET).with_known_codes(catalogue)
        at = clock.now()
        found = queue.page(view=asked.view, person=self.person, at=at, filters=asked.filters, marker=asked.cursor)
        counted = queue_counts.counts(views=tuple(VIEWS), person=self.person, at=at)
        context = {
            "asked": asked,
            "filters": asked.filters,
            "products": catalogue.products,
            "tiers": tiers_of(catalogue),
            "levels": catalogue.handler_levels,
            "channels": Channel.choices,
            "queue": listing(asked, found, counted),
            "rows": queue_rows.rows(found.tickets, catalogue, reader=self.person, can_work=self.can_write),
            "live_url": asked.address("tickets:queue_live", cursor=asked.cursor),
            "clear_url": Asked(asked.view).address(),
            "bulk_url": asked.address("tickets:bulk_new", all="1", view=asked.view),
            "permission": open_queues.permission(request),
            "saved": self.saved(asked),
            "dropped": [(queue_chips.NAMES[name], code) for name, code in dropped.items()],
            "chips": queue_chips.chips(asked.filters, catalogue, asked.address),
            "longest_name": saved_filters.LONGEST_NAME,
            "most_at_once": MOST_TICKETS,
        }
        return self.render("tickets/desk/queue.html", context)

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


class QueueLive(DeskPage):
    """The same list for a page that is open, with a new permission to ask for it by the shorter way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        drawn = open_queues.drawn_for(self.person, Asked.of(request.GET))
        context = {"drawn": mark_safe(drawn), "permission": open_queues.permission(request)}  # noqa: S308
        return self.render("tickets/desk/_queue_live.html", context)


class OrganizationOptions(DeskPage):
    """Organizations whose name or short name begins like what is being typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = Asked.of(request.GET).filters.organization
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
