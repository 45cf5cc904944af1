"""Who may do what at every address: typed from spec page 1, held against the portal by test_every_address.py.

RIGHTS is the table of page 1. ADDRESSES names, for every method of every address, the row of that table and whether
it reads or writes. A new address without a line here fails the build.
"""

from __future__ import annotations

ROLES = ("viewer", "member", "billing", "owner", "engineer", "tam", "lead", "billing_operator", "admin")
MEMBERS = ROLES[:4]

#                    viewer member billing owner engineer tam lead billing-op admin
RIGHTS = {
    "tickets": "        R     W      R      W      W      W    W      -       R",
    "internal notes": " -     -      -      -      W      W    W      -       R",
    "plan": "           R     R      W      W      R      R    R      R       R",
    "orders": "         -     -      W      W      -      -    -      W       R",
    "members": "        -     -      -      W      -      -    -      -       W",
    "own tokens": "     -     W      W      W      -      -    -      -       W",
    "catalogue": "      -     -      -      -      R      R    R      R       W",
    "organizations": "  -     -      -      -      -      -    -      -       W",
    "clock": "          -     -      -      -      -      -    -      W       W",
    "audit": "          -     -      -      R      -      -    R      R       R",
    "inside": "         R     R      R      R      R      R    R      R       R",
}

# Kinds of address: `org` lies under one organization, `staff` is the desk's and the operators', `person` is any
# signed-in person's, `open` everybody's. What customers say is said by them alone: `own people` denies the staff, who
# answer at the desk; under `members only` there is nothing for staff at all. `addressee`: an invitation is there for
# the mailbox it was sent to, and none of these roles holds that mailbox.
ADDRESSES: dict[str, str] = {
    "GET /healthz": "open",
    "GET /readyz": "open",
    "GET /metrics": "open",
    "GET /": "open",
    "GET /plans": "open",
    "GET /gallery": "open",
    "GET /invitations/{token}": "open",
    "GET /sandbox/mail": "open",
    "GET /sandbox/mail/{number}": "open",
    "GET /sandbox/mail/{number}/html": "open",
    "GET /sandbox/payments/{reference}": "open",
    "POST /sandbox/payments/{reference}": "open",
    "POST /payments/notify/{gateway}": "open",
    "POST /account/preferences": "open",
    "GET /api/v1/schema/": "open",
    "GET /api/v1/docs/": "open",
    "GET /api/v1/catalogue": "open",
    "GET /home": "person",
    "GET /home/organizations": "person",
    "GET /account": "person",
    "POST /account": "person",
    "GET /account/tokens": "person",
    "POST /account/tokens": "person",
    "POST /account/tokens/{number}/revoke": "person",
    "GET /organizations/new": "person",
    "POST /organizations/new": "person",
    "GET /organizations/new/address": "person",
    "POST /invitations/{token}": "open",
    "POST /invitations/own/{number}/accept": "addressee",
    "GET /notifications": "person",
    "POST /notifications": "person",
    "GET /notifications/bell": "person",
    "GET /notifications/{number}": "person",
    "GET /api/v1/me": "person",
    "PATCH /api/v1/me": "person",
    "GET /api/v1/orgs": "person",
    "POST /api/v1/orgs": "person",
    "POST /api/v1/invitations/{token}/accept": "person",
    "GET /api/v1/orgs/{slug}": "org, inside, R",
    "PATCH /api/v1/orgs/{slug}": "org, members, W",
    "GET /o/{slug}/": "org, inside, R",
    "GET /o/{slug}/settings": "org, members, W",
    "POST /o/{slug}/settings": "org, members, W",
    "GET /o/{slug}/leave": "members only, inside, R",
    "POST /o/{slug}/leave": "members only, inside, R",
    "GET /api/v1/orgs/{slug}/notifications": "org, inside, R",
    "POST /api/v1/orgs/{slug}/notifications/read-all": "org, inside, R",
    "POST /api/v1/orgs/{slug}/notifications/{number}/read": "org, inside, R",
    "GET /api/v1/orgs/{slug}/members": "org, members, R",
    "POST /api/v1/orgs/{slug}/members": "org, members, W",
    "GET /api/v1/orgs/{slug}/members/{email}": "org, members, R",
    "PATCH /api/v1/orgs/{slug}/members/{email}": "org, members, W",
    "DELETE /api/v1/orgs/{slug}/members/{email}": "org, members, W",
    "GET /o/{slug}/members": "org, members, R",
    "POST /o/{slug}/members": "org, members, W",
    "POST /o/{slug}/members/hand-over": "org, members, W",
    "POST /o/{slug}/members/{email}/role": "org, members, W",
    "GET /o/{slug}/members/{email}/remove": "org, members, W",
    "POST /o/{slug}/members/{email}/remove": "org, members, W",
    "POST /o/{slug}/members/{email}/resend": "org, members, W",
    "POST /o/{slug}/members/{email}/revoke": "org, members, W",
    "GET /api/v1/orgs/{slug}/tokens": "org, own tokens, R",
    "POST /api/v1/orgs/{slug}/tokens": "org, own tokens, W",
    "DELETE /api/v1/orgs/{slug}/tokens/{number}": "org, own tokens, W",
    "GET /api/v1/orgs/{slug}/end-customers": "org, tickets, R",
    "POST /api/v1/orgs/{slug}/end-customers": "org, tickets, W",
    "GET /api/v1/orgs/{slug}/end-customers/{number}": "org, tickets, R",
    "PATCH /api/v1/orgs/{slug}/end-customers/{number}": "org, tickets, W",
    "DELETE /api/v1/orgs/{slug}/end-customers/{number}": "org, tickets, W",
    "GET /o/{slug}/end-customers": "org, tickets, R",
    "POST /o/{slug}/end-customers": "org, tickets, W",
    "GET /o/{slug}/end-customers/{number}": "org, tickets, W",
    "POST /o/{slug}/end-customers/{number}": "org, tickets, W",
    "GET /api/v1/orgs/{slug}/audit": "org, audit, R",
    "GET /o/{slug}/audit": "org, audit, R",
    "GET /api/v1/operator/clock": "staff, clock, W",
    "PUT /api/v1/operator/clock": "staff, clock, W",
    "GET /api/v1/operator/organizations": "staff, organizations, W",
    "POST /api/v1/operator/organizations": "staff, organizations, W",
    "POST /api/v1/operator/organizations/{slug}/disable": "staff, organizations, W",
    "POST /api/v1/operator/organizations/{slug}/enable": "staff, organizations, W",
    "GET /api/v1/operator/calendar/{day}": "staff, catalogue, R",
    "PUT /api/v1/operator/calendar/{day}": "staff, catalogue, W",
    "GET /api/v1/operator/audit": "staff, audit, R",
    "GET /api/v1/operator/catalogue": "staff, catalogue, R",
    "POST /api/v1/operator/catalogue": "staff, catalogue, W",
    "GET /api/v1/orgs/{slug}/subscription": "org, plan, R",
    "PATCH /api/v1/orgs/{slug}/subscription": "org, plan, W",
    "GET /o/{slug}/plan": "org, plan, R",
    "GET /o/{slug}/plan/auto-renew": "org, plan, W",
    "POST /o/{slug}/plan/auto-renew": "org, plan, W",
    "GET /api/v1/orgs/{slug}/quotas": "org, plan, R",
    "GET /api/v1/orgs/{slug}/quotas/{code}/entries": "org, plan, R",
    "GET /o/{slug}/quotas": "org, plan, R",
    "GET /api/v1/orgs/{slug}/tickets": "org, tickets, R",
    "POST /api/v1/orgs/{slug}/tickets": "own people, tickets, W",
    "GET /api/v1/orgs/{slug}/tickets/{number}": "org, tickets, R",
    "POST /api/v1/orgs/{slug}/tickets/{number}/messages": "own people, tickets, W",
    "POST /api/v1/orgs/{slug}/tickets/{number}/withdraw": "own people, tickets, W",
    "POST /api/v1/orgs/{slug}/tickets/{number}/close": "own people, tickets, W",
    "POST /api/v1/orgs/{slug}/tickets/{number}/reopen": "own people, tickets, W",
    "GET /api/v1/orgs/{slug}/tickets/{number}/attachments/{key}": "org, tickets, R",
    "GET /o/{slug}/tickets": "org, tickets, R",
    "GET /o/{slug}/tickets/new": "own people, tickets, W",
    "POST /o/{slug}/tickets/new": "own people, tickets, W",
    "GET /o/{slug}/tickets/new/answer-times": "org, tickets, R",
    "GET /o/{slug}/tickets/new/software": "org, tickets, R",
    "GET /o/{slug}/tickets/new/similar": "org, tickets, R",
    "POST /o/{slug}/tickets/preview": "own people, tickets, W",
    "GET /o/{slug}/tickets/{number}": "org, tickets, R",
    "GET /o/{slug}/tickets/{number}/state": "org, tickets, R",
    "GET /o/{slug}/tickets/{number}/messages": "org, tickets, R",
    "POST /o/{slug}/tickets/{number}/messages": "own people, tickets, W",
    "POST /o/{slug}/tickets/{number}/withdraw": "own people, tickets, W",
    "POST /o/{slug}/tickets/{number}/close": "own people, tickets, W",
    "POST /o/{slug}/tickets/{number}/reopen": "own people, tickets, W",
    "GET /o/{slug}/tickets/{number}/attachments/{key}": "org, tickets, R",
    "GET /api/v1/desk/queue": "staff, tickets, R",
    "GET /api/v1/desk/tickets/{number}": "staff, tickets, R",
    "GET /api/v1/desk/tickets/{number}/attachments/{key}": "staff, tickets, R",
    "POST /api/v1/desk/tickets/{number}/claim": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/release": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/assign": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/accept": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/reply": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/note": "staff, internal notes, W",
    "POST /api/v1/desk/tickets/{number}/wait": "staff, tickets, W",
    "POST /api/v1/desk/tickets/{number}/resolve": "staff, tickets, W",
    "GET /desk/": "staff, tickets, R",
    "GET /desk/live": "staff, tickets, R",
    "GET /desk/organizations": "staff, inside, R",
    "GET /desk/organizations/{slug}/card": "staff, tickets, R",
    "GET /desk/organization-options": "staff, tickets, R",
    "POST /desk/preview": "staff, tickets, W",
    "GET /desk/tickets/{number}": "staff, tickets, R",
    "GET /desk/tickets/{number}/parts": "staff, tickets, R",
    "GET /desk/tickets/{number}/earlier": "staff, tickets, R",
    "GET /desk/tickets/{number}/history": "staff, tickets, R",
    "GET /desk/tickets/{number}/assignees": "staff, tickets, W",
    "GET /desk/tickets/{number}/attachments/{key}": "staff, tickets, R",
    "POST /desk/tickets/{number}/claim": "staff, tickets, W",
    "POST /desk/tickets/{number}/release": "staff, tickets, W",
    "POST /desk/tickets/{number}/accept": "staff, tickets, W",
    "POST /desk/tickets/{number}/assign": "staff, tickets, W",
    "POST /desk/tickets/{number}/reply": "staff, tickets, W",
    "POST /desk/tickets/{number}/note": "staff, internal notes, W",
    "POST /api/v1/orgs/{slug}/quotes": "org, orders, W",
    "GET /api/v1/orgs/{slug}/orders": "org, orders, R",
    "POST /api/v1/orgs/{slug}/orders": "org, orders, W",
    "GET /api/v1/orgs/{slug}/orders/{number}": "org, orders, R",
    "POST /api/v1/orgs/{slug}/orders/{number}/cancel": "org, orders, W",
    "POST /api/v1/orgs/{slug}/orders/{number}/pay": "org, orders, W",
    "GET /api/v1/orgs/{slug}/payments": "org, orders, R",
    "GET /api/v1/orgs/{slug}/invoices": "org, orders, R",
    "GET /api/v1/orgs/{slug}/invoices/{number}": "org, orders, R",
    "GET /api/v1/orgs/{slug}/invoices/{number}.pdf": "org, orders, R",
    "GET /o/{slug}/checkout": "org, orders, W",
    "POST /o/{slug}/checkout": "org, orders, W",
    "GET /o/{slug}/orders": "org, orders, R",
    "GET /o/{slug}/orders/{number}": "org, orders, R",
    "POST /o/{slug}/orders/{number}/cancel": "org, orders, W",
    "POST /o/{slug}/orders/{number}/pay": "org, orders, W",
    "GET /o/{slug}/invoices": "org, orders, R",
    "GET /o/{slug}/invoices/{number}": "org, orders, R",
    "GET /o/{slug}/invoices/{number}.pdf": "org, orders, R",
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
    "GET /api/v1/orgs/{slug}/fapiao-requests": "org, orders, R",
    "POST /api/v1/orgs/{slug}/fapiao-requests": "org, orders, W",
    "GET /api/v1/orgs/{slug}/fapiao-requests/{number}": "org, orders, R",
    "DELETE /api/v1/orgs/{slug}/fapiao-requests/{number}": "org, orders, W",
    "GET /o/{slug}/fapiao": "org, orders, R",
    "POST /o/{slug}/fapiao/{number}/take-back": "org, orders, W",
    "GET /o/{slug}/invoices/{number}/fapiao": "org, orders, W",
    "POST /o/{slug}/invoices/{number}/fapiao": "org, orders, W",
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
