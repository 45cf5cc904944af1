"""`/desk/search`: every ticket by its words, with the places where they stand."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tickets.search.results import search
from tickets.views.desk_queue import DeskPage
from tickets.views.queue_asked import LONGEST_TEXT


class SearchPage(DeskPage):
    """The newest first, the ticket of a number before them; while typing only the results are asked for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
        marker = request.GET.get("before", "")
        before = int(marker) if marker.isascii() and marker.isdigit() and len(marker) < 18 else None
        found = search(text, before=before) if text else None
        older = (
            found and found.before and f"{reverse('tickets:search')}?{urlencode({'q': text, 'before': found.before})}"
        )
        context = {"q": text, "results": found.rows if found else [], "older_url": older}
        is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
        return self.render(f"tickets/desk/{'_search_results' if is_fragment else 'search'}.html", context)
