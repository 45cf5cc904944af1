"""The variables of canned replies: `{{ name }}` stands for a fact of the ticket (spec page 4.5); no Django here.

Nothing is evaluated: a name is looked up in the list of facts or it is unknown, each place is filled once, and
what is filled in is never read again. `fill("Hello {{ customer.name }}", {"customer.name": "Li Wei"})` is
"Hello Li Wei"; a subject that reads `{{ due }}` stays those nine characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = ("customer.name", "organization.name", "ticket.number", "ticket.subject", "engineer.name", "due")
_PLACE = re.compile(r"\{\{([^{}]*)\}\}")


def unknown_in(text: str) -> list[str]:
    """The names in `text` that stand for nothing, each once, in their order."""
    found = (place.strip() for place in _PLACE.findall(text))
    return list(dict.fromkeys(name for name in found if name not in NAMES))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`text` with every known place filled from `facts`; a place without a fact stays as it is written."""
    return _PLACE.sub(lambda place: facts.get(place[1].strip(), place[0]), text)
