"""What the address of a queue asks for: view, filters, and the place where its page begins."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from supportplans.catalogue import Catalogue
from tickets import queue_codes
from tickets.desk import saved_filters
from tickets.models import SavedView
from tickets.queue import Filters

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
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str
    filters: Filters = field(default_factory=Filters)
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        texts = {name: query.get(name, "").strip()[:LONGEST_TEXT] for name in saved_filters.NAMES}
        texts["organization"] = texts["organization"].lower()
        view = query.get("view", "")
        return cls(view=view if view in VIEWS else FIRST_VIEW, filters=Filters(**texts), cursor=query.get("cursor", ""))

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
