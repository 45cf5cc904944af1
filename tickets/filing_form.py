"""The new-ticket form: what it offers an organization, what was typed, what the filing rule said of it.

The rules are those of tickets/filing.py; this module only knows the page's fields and their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Reach, end_customers_of, memberships_of
from addons import event_targets, ticket_quota
from addons.models import Booking
from addons.ticket_quota import Balance
from common.problems import FieldErrors, Problem
from supportplans.catalogue import Category, Named, Software, Tier
from supportplans.entitlements import Entitlements, entitlements
from tickets import category_questions
from tickets.drafts import ANSWER, Kept
from tickets.filing_fields import LONGEST_SUBJECT, THIRD_PARTY_SOFTWARE, Draft, category_of
from tickets.models import CategoryQuestion, Kind, Ticket
from tickets.promises import Promise, promises
from tickets.refusals import AttachmentRejected
from tickets.secrets import Given

FIELDS = (
    *("kind", "severity", "product", "region", "category", "software", "software_version", "end_customer"),
    *("answers", "subject", "body", "tried", "secrets", "attachments", "watchers", "follow_up_of", "booking"),
)
PARTNER_FIELDS = ("end_customer", "tried")
SOFTWARE_FIELDS = ("software", "software_version")
UNCHOSEN = {
    "kind": gettext_lazy("Choose what it is about."),
    "severity": gettext_lazy("Choose how severe it is."),
    "region": gettext_lazy("Choose the region, or that it is not a regional matter."),
}
_TEXTS = ("severity", "subject", "body", "product", "end_customer", "tried", "follow_up_of", "booking")


def draft_from(posted: QueryDict, files: Sequence[UploadedFile] = ()) -> Draft:
    """The draft of a posted form. Categories are asked per kind; a business ticket has no region or software.

    Answers belong to the category that is chosen; what was answered to another one's questions does not count.
    """
    kind = posted.get("kind", "")
    texts = {name: posted.get(name, "") for name in _TEXTS}
    category = posted.get(f"category_{kind}", "")
    technical: dict[str, str] = {}
    if kind == Kind.TECHNICAL:
        technical["region"] = posted.get("region", "")
        if category == THIRD_PARTY_SOFTWARE:
            technical |= {name: posted.get(name, "") for name in ("software", "software_version")}
    mine = f"{ANSWER}{category}:"
    answers = {name.removeprefix(mine): posted.get(name, "") for name in posted if name.startswith(mine)}
    return Draft(
        kind=kind,
        category=category,
        watchers=tuple(posted.getlist("watchers")),
        answers=answers,
        secrets=_secrets(posted),
        attachments=tuple(files),
        **texts,
        **technical,
    )


def _secrets(posted: QueryDict) -> tuple[Given, ...]:
    """The rows of secret fields that are not wholly empty."""
    rows = zip(posted.getlist("secret_label"), posted.getlist("secret_value"), strict=False)
    return tuple(Given(label, value) for label, value in rows if label.strip() or value.strip())


@dataclass
class FilingForm:
    """Everything templates/tickets/new.html shows. `errors` by field; `problem` is a refusal or None."""

    held: Entitlements
    promises: list[Promise]
    balance: Balance | None
    draft: Draft
    end_customers: list[str]
    colleagues: list[Any]
    is_partner: bool
    is_disabled: bool
    # Bookings whose event runs or is to come: their tickets go first while it does.
    events: list[Booking] = field(default_factory=list)
    follows: Ticket | None = None
    # The draft that fills it, or that was put away just now.
    kept: Kept | None = None
    problem: Problem | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    def refused(self, problem: Problem) -> FilingForm:
        """The form with what the rule said: beside the fields, or above them."""
        if isinstance(problem, FieldErrors):
            self.errors = _by_place(problem.errors | self._unchosen(problem.errors))
        elif isinstance(problem, AttachmentRejected):
            self.errors = {"attachments": [str(problem.detail)]}
        self.problem = problem
        return self

    def _unchosen(self, errors: dict[str, list[str]]) -> dict[str, list[str]]:
        """What was not chosen at all, in words for who sees the choices: the rule lists codes."""
        empty = [name for name in UNCHOSEN if name in errors and not getattr(self.draft, name)]
        return {name: [str(UNCHOSEN[name])] for name in empty}

    @property
    def error_places(self) -> dict[str, list[str]]:
        """Every field on the page with what is wrong with it, [] where nothing is."""
        absent = {
            *(() if self.is_partner else PARTNER_FIELDS),
            *(() if self.may_ask_for_software and not self.is_partner else SOFTWARE_FIELDS),
            *(() if self.colleagues else ("watchers",)),
            *(() if self.events else ("booking",)),
        }
        questions = [f"answers-{question.code}" for question in self.questions]
        return {name: self.errors.get(name, []) for name in (*FIELDS, *questions) if name not in absent}

    @property
    def category(self) -> str:
        return category_of(self.draft)

    @cached_property
    def questions(self) -> list[CategoryQuestion]:
        """What the chosen category asks besides."""
        return category_questions.asked(self.held.family.code, self.category)

    @property
    def technical_open(self) -> bool:
        """Whether a technical ticket can be filed as things stand (the quota aside)."""
        return self.held.technical_included and not self.held.suspended and not self.is_disabled

    @property
    def kind(self) -> str:
        """The kind that is chosen when the page opens."""
        return self.draft.kind or (Kind.TECHNICAL if self.technical_open else Kind.BUSINESS)

    @property
    def is_exhausted(self) -> bool:
        return self.balance is not None and self.balance.of.is_exhausted

    @property
    def may_ask_for_software(self) -> bool:
        return self.held.allows(THIRD_PARTY_SOFTWARE)

    @property
    def asks_for_software(self) -> bool:
        return self.draft.category == THIRD_PARTY_SOFTWARE

    @property
    def offered(self) -> list[Promise]:
        """The severities the plan takes, most urgent first."""
        return [promise for promise in self.promises if promise.offered]

    @property
    def beyond(self) -> list[Promise]:
        """The severities that a higher plan takes."""
        return [promise for promise in self.promises if not promise.offered]

    def tiers_with(self, severity: str) -> list[Tier]:
        """The higher tiers of the family that take this severity, the nearest first."""
        return [
            tier
            for tier in self.held.family.tiers
            if tier.rank > self.held.tier.rank and severity in [offer.code for offer in tier.severities]
        ]

    @property
    def acceptance(self) -> Promise | None:
        """By when a ticket is accepted where the plan promises that and no answer times."""
        return next((promise for promise in self.promises if promise.is_acceptance), None)

    def categories(self, kind: str) -> list[Category]:
        return [category for category in self.held.family.categories if kind in category.kinds]

    @property
    def technical_categories(self) -> list[Category]:
        return self.categories(Kind.TECHNICAL)

    @property
    def business_categories(self) -> list[Category]:
        return self.categories(Kind.BUSINESS)

    @property
    def products(self) -> tuple[Named, ...]:
        return self.held.catalogue.products

    @property
    def regions(self) -> list[Named]:
        return [region for region in self.held.catalogue.regions if region.code not in self.held.excluded_regions]

    @property
    def excluded_regions(self) -> list[Named]:
        return [region for region in self.held.catalogue.regions if region.code in self.held.excluded_regions]

    @property
    def software_by_group(self) -> list[tuple[Named, list[Software]]]:
        catalogue = self.held.catalogue
        return [
            (group, [software for software in catalogue.third_party_software if software.group == group.code])
            for group in catalogue.software_groups
        ]

    @property
    def software(self) -> Software | None:
        """The software that is chosen."""
        return chosen_software(self.held, self.draft.software)


def _by_place(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Errors by the place that shows them: all of the secret fields together, of an answer below its question."""
    placed: dict[str, list[str]] = {}
    for name, said in errors.items():
        place = "secrets" if name.startswith("secrets.") else name.replace(".", "-")
        placed[place] = [*placed.get(place, []), *(text for text in said if text not in placed.get(place, []))]
    return placed


def chosen_software(held: Entitlements, code: str) -> Software | None:
    """The listed software with this code."""
    return next((software for software in held.catalogue.third_party_software if software.code == code), None)


def open_form(reach: Reach, draft: Draft, *, at: datetime, follows: Ticket | None = None) -> FilingForm:
    """The form for a person of an organization at `at`; inside its tenant scope."""
    organization = reach.organization
    held = entitlements(organization, at)
    is_partner = organization.is_partner
    customers = end_customers_of(organization).values_list("name", flat=True) if is_partner else ()
    members = [membership.person for membership in memberships_of(organization)]
    return FilingForm(
        held=held,
        promises=promises(held, at=at),
        balance=ticket_quota.balance(organization, at, held) if held.technical_included else None,
        draft=draft,
        end_customers=list(customers),
        colleagues=[person for person in members if person.pk != reach.person.pk and person.is_active],
        is_partner=is_partner,
        is_disabled=organization.is_disabled,
        events=event_targets.events_to_come(organization, held, at=at),
        follows=follows,
    )


def empty_draft(asked: Mapping[str, str], *, region: str = "", follows: Ticket | None = None) -> Draft:
    """A draft prefilled from the address (`kind`, `subject`, `booking`), the region used last, or what it follows."""
    kind = asked.get("kind", "")
    subject = asked.get("subject", "")[:LONGEST_SUBJECT]
    if follows is None:
        kind, booking = kind if kind in Kind.values else "", asked.get("booking", "")[:20]
        return Draft(kind=kind, severity="", subject=subject, body="", region=region, booking=booking)
    return Draft(
        kind=follows.kind,
        severity="",
        subject=(_("Follow-up: %(subject)s") % {"subject": follows.subject})[:LONGEST_SUBJECT],
        body="",
        region=follows.region,
        product=follows.product,
        category=follows.category,
        software=follows.software,
        software_version=follows.software_version,
        end_customer=follows.end_customer.name if follows.end_customer else "",
        follow_up_of=follows.number,
    )
