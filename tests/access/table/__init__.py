"""Who may do what at every address: typed from spec page 1, held against the portal by test_every_address.py.

RIGHTS is the table of page 1. ADDRESSES, in the files of this folder, names for every method of every address the row of
that table and whether it reads or writes. A new address without a line there fails the build.
"""

from __future__ import annotations

from tests.access.table import (
    api_of_organizations,
    api_of_staff_and_people,
    pages_of_everybody,
    pages_of_organizations,
    pages_of_the_desk,
)

ROLES = ("viewer", "member", "billing", "owner", "engineer", "tam", "lead", "billing_operator", "admin")
MEMBERS = ROLES[:4]

#                    viewer member billing owner engineer tam lead billing-op admin
RIGHTS = {
    "tickets": "        R     W      R      W      W      W    W      -       R",
    "internal notes": " -     -      -      -      W      W    W      -       R",
    "regrade": "         -     -      -      -      W      W    W      -       -",
    "desk settings": "   -     -      -      -      R      R    W      -       W",
    "plan": "           R     R      W      W      R      R    R      R       R",
    "bookings": "       R     R      W      W      R      W    W      -       R",
    "training": "       R     W      W      W      R      W    W      -       W",
    "orders": "         -     -      W      W      -      -    -      W       R",
    "usage": "          -     -      R      R      -      R    -      W       R",
    "reports": "        R     W      R      W      R      W    R      -       R",
    "members": "        -     -      -      W      -      -    -      -       W",
    "own tokens": "     -     W      W      W      -      -    -      -       W",
    "overrides": "      -     -      -      -      -      -    W      W       W",
    "catalogue": "      -     -      -      -      R      R    R      R       W",
    "price book": "     -     -      -      -      R      R    R      W       W",
    "organizations": "  -     -      -      -      -      -    -      -       W",
    "clock": "          -     -      -      -      -      -    -      W       W",
    "audit": "          -     -      -      R      -      -    R      R       R",
    # Not in page 1: whom a change affects. Engineers who are experts by level belong to it as well.
    "expert panel": "   -     -      -      -      -      W    W      -       -",
    "inside": "         R     R      R      R      R      R    R      R       R",
}

# Kinds of address: `org` lies under one organization, `staff` is the desk's and the operators', `person` is any
# signed-in person's, `open` everybody's. What customers say is said by them alone: `own people` denies the staff, who
# answer at the desk; under `members only` there is nothing for staff at all. `addressee`: an invitation is there for
# the mailbox it was sent to, and none of these roles holds that mailbox.
ADDRESSES: dict[str, str] = {
    **api_of_organizations.ADDRESSES,
    **api_of_staff_and_people.ADDRESSES,
    **pages_of_everybody.ADDRESSES,
    **pages_of_organizations.ADDRESSES,
    **pages_of_the_desk.ADDRESSES,
}


def right(role: str, row: str) -> str:
    """R, W or - of a role in a row of the table."""
    return dict(zip(ROLES, RIGHTS[row].split(), strict=True))[role]


def expected(kind: str, row: str, access: str, role: str) -> str:
    """`allow`, `401`, `403` or `404` for a role, `other` (a member of another organization) or `nobody`."""
    if kind == "open":
        return "allow"
    if role == "nobody":
        return "401"
    if kind == "person":
        return "allow"
    if kind == "addressee":
        return "404"
    is_member = role in MEMBERS or role == "other"
    if role == "other" or (kind == "staff" and is_member):
        return "404"
    if kind == "members only" and not is_member:
        return "404"
    has = right(role, row)
    if kind == "own people" and not is_member:
        return "404" if has == "-" else "403"
    if has == "W" or has == access:
        return "allow"
    if kind != "staff" and not is_member and has == "-":
        return "404"
    return "403"
