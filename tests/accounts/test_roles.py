"""The table of spec page 1 'Roles', typed by hand from the page and held against accounts/roles.py."""

from __future__ import annotations

import pytest

from accounts.access import reach, staff_reach
from accounts.roles import AREAS, allows, staff_role_key
from common.problems import PermissionDenied

COLUMNS = ("viewer", "member", "billing", "owner", "engineer", "tam", "lead", "billing_operator", "admin")

# Each line is a row of the page: R read, W write, – nothing; words of the page's cells are spelled out beside them.
PAGE = {
    "tickets": "R W R W W W W – R",
    "internal_notes": "– – – – W W W – R",
    # 'ask' is a request on the ticket (tickets: W), not a right to regrade.
    "regrade": "– – – – W W W – –",
    "desk_settings": "– – – – R R W – W",
    "plan": "R R W W R R R R R",
    "bookings": "R R W W R W W – R",
    "training": "R W W W R W W – W",
    "orders": "– – W W – – – W R",
    "usage": "– – R R – R – W R",
    "reports": "R W R W R W R – R",
    "members": "– – – W – – – – W",
    # 'own tokens' of member and billing; the owner's W on members includes it.
    "own_tokens": "– W W W – – – – W",
    "overrides": "– – – – – – W W W",
    "catalogue": "– – – – R R R R W",
    # 'price book' is the billing operator's part of the catalogue row.
    "price_book": "– – – – R R R W W",
    "organizations": "– – – – – – – – W",
    "feeds_and_clock": "– – – – – – – W W",
    # 'own org' of the owner.
    "audit": "– – – R – – R R R",
    # Not on the page: what everybody inside sees, such as the organization's own name.
    "organization": "R R R R R R R R R",
}


def test_every_area_has_a_row_of_the_page():
    assert set(AREAS) == set(PAGE)


@pytest.mark.parametrize("area", PAGE)
def test_the_rights_are_those_of_the_page(area):
    for role, right in zip(COLUMNS, PAGE[area].split(), strict=True):
        assert allows(role, area, "R") == (right in "RW"), f"{role} reads {area}"
        assert allows(role, area, "W") == (right == "W"), f"{role} writes {area}"


def test_the_staff_billing_role_is_not_the_organizations():
    assert staff_role_key("billing") == "billing_operator"
    assert staff_role_key("lead") == "lead"
    assert allows("billing", "plan", "W")
    assert not allows("billing_operator", "plan", "W")


def test_an_area_or_role_that_does_not_exist_is_a_fault():
    with pytest.raises(KeyError):
        allows("owner", "moon", "R")
    with pytest.raises(KeyError):
        allows("king", "tickets", "R")


@pytest.mark.django_db
def test_who_lacks_a_role_is_told_whom_to_ask(people):
    with pytest.raises(PermissionDenied) as member:
        reach(people.viewer, "acme").require("members", "W")
    with pytest.raises(PermissionDenied) as staff:
        staff_reach(people.engineer, "overrides", "W")
    assert member.value.detail == "Ask an owner of your organization for a role that includes it."
    assert staff.value.detail == "Ask an administrator of the portal for a staff role that includes it."
