"""Who may do what: the table of spec page 1 'Roles', and nothing else decides it.

`allows("viewer", "tickets", "W")` is False; `allows("engineer", "tickets", "W")` is True. W includes R.
"""

from __future__ import annotations

from typing import Final, Literal

Access = Literal["R", "W"]

ORGANIZATION_ROLES: Final = ("viewer", "member", "billing", "owner")
STAFF_ROLES: Final = ("engineer", "tam", "lead", "billing_operator", "admin")
_ORDER: Final = (*ORGANIZATION_ROLES, *STAFF_ROLES)

#                     viewer member billing owner | engineer tam lead billing-op. admin
_TABLE: Final[dict[str, str]] = {
    "tickets": "           R      W      R       W       W        W   W    -           R",
    "internal_notes": "    -      -      -       -       W        W   W    -           R",
    "regrade": "           -      -      -       -       W        W   W    -           -",
    "desk_settings": "     -      -      -       -       R        R   W    -           W",
    "plan": "              R      R      W       W       R        R   R    R           R",
    "bookings": "          R      R      W       W       R        W   W    -           R",
    "training": "          R      W      W       W       R        W   W    -           W",
    "orders": "            -      -      W       W       -        -   -    W           R",
    "usage": "             -      -      R       R       -        R   -    W           R",
    "reports": "           R      W      R       W       R        W   R    -           R",
    "members": "           -      -      -       W       -        -   -    -           W",
    "own_tokens": "        -      W      W       W       -        -   -    -           W",
    "overrides": "         -      -      -       -       -        -   W    W           W",
    "catalogue": "         -      -      -       -       R        R   R    R           W",
    "price_book": "        -      -      -       -       R        R   R    W           W",
    "organizations": "     -      -      -       -       -        -   -    -           W",
    "feeds_and_clock": "   -      -      -       -       -        -   -    W           W",
    "audit": "             -      -      -       R       -        -   R    R           R",
    # Not in the table: what everybody inside may see, such as the organization's own name.
    "organization": "      R      R      R       R       R        R   R    R           R",
}
_RIGHTS: Final[dict[str, dict[str, str]]] = {
    area: dict(zip(_ORDER, row.split(), strict=True)) for area, row in _TABLE.items()
}
AREAS: Final = tuple(_TABLE)


def allows(role: str, area: str, access: Access) -> bool:
    """Whether `role` has `access` to `area`; KeyError for an area or role that does not exist."""
    right = _RIGHTS[area][role]
    return right == "W" or (access == "R" and right == "R")


def staff_role_key(role: str) -> str:
    """The table's name of a staff role: both sides have a `billing`, so the staff one is `billing_operator`."""
    return "billing_operator" if role == "billing" else role
