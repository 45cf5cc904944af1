"""The fields of a new ticket: which are needed and which codes exist (spec pages 4.1, 2.7). Checked before refusals."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts import end_customers
from accounts.models import EndCustomer, Organization, Person
from addons import event_targets
from addons.models import Booking
from common.problems import FieldErrors
from supportplans.entitlements import Entitlements
from tickets import category_questions, following_up, secrets, watching
from tickets.models import Kind, Ticket
from tickets.secrets import Given

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000
LONGEST_TRIED = 5_000
LONGEST_VERSION = 60
LARGEST_KEY = 2**63 - 1

# The category and the entitlement of this name: page 2.7 treats them apart from other unknown codes.
THIRD_PARTY_SOFTWARE = "third_party_software"


@dataclass(frozen=True)
class Draft:
    """What was typed or sent; `watchers` are e-mails.

    `end_customer` is an id, a name or the partner's reference; a name that is new is kept for the next time.
    `booking`: the id of a booking of the organization, whose event it belongs to.
    `answers`: {code: text} to the category's own questions; `follow_up_of`: the number of a former ticket.
    """

    kind: str
    severity: str
    subject: str
    body: str
    region: str = ""
    product: str = ""
    category: str = ""
    software: str = ""
    software_version: str = ""
    end_customer: str = ""
    tried: str = ""
    booking: str = ""
    watchers: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    follow_up_of: str = ""
    secrets: Sequence[Given] = ()
    attachments: Sequence[UploadedFile] = ()

    @property
    def is_technical(self) -> bool:
        return self.kind == Kind.TECHNICAL

    @property
    def asks_for_third_party_software(self) -> bool:
        return self.category == THIRD_PARTY_SOFTWARE or bool(self.software)

    def stripped(self) -> Draft:
        """Without spaces around its texts, the subject on one line."""
        names = ("kind", "severity", "region", "product", "category", "software", "software_version", "end_customer")
        cleaned = {name: getattr(self, name).strip() for name in (*names, "body", "tried", "follow_up_of", "booking")}
        return replace(self, subject=" ".join(self.subject.split()), **cleaned)


@dataclass(frozen=True)
class Named:
    """What a draft names: people, end customer, former ticket; `new_end_customer` is a name not known yet, or ''."""

    end_customer: EndCustomer | None
    new_end_customer: str
    watchers: list[Person]
    answers: dict[str, str]
    follows: Ticket | None
    booking: Booking | None = None


def check(draft: Draft, *, organization: Organization, held: Entitlements) -> Named:
    """Raises FieldErrors naming every field that cannot be taken; else what the draft refers to."""
    errors: dict[str, list[str]] = {}
    _check_texts(draft, errors)
    _check_codes(draft, held, errors)
    end_customer = _end_customer(draft, organization, errors)
    watchers = watching.named(draft.watchers, organization, errors)
    family, category = held.family.code, category_of(draft)
    answers = category_questions.check(draft.answers, family=family, category=category, errors=errors)
    follows = following_up.former(draft.follow_up_of, organization, errors)
    secrets.check(draft.secrets, errors)
    booking = _booking(draft, organization, errors)
    if errors:
        raise FieldErrors(errors)
    return Named(end_customer, "" if end_customer else draft.end_customer, watchers, answers, follows, booking)


def _booking(draft: Draft, organization: Organization, errors: dict[str, list[str]]) -> Booking | None:
    """The booking that the ticket belongs to."""
    found = event_targets.own_booking(organization, draft.booking) if draft.booking else None
    if draft.booking and found is None:
        errors["booking"] = [_("Your organization has no such booking.")]
    return found


def category_of(draft: Draft) -> str:
    """Its category; whoever names third-party software has chosen it."""
    return draft.category or (THIRD_PARTY_SOFTWARE if draft.software else "")


def check_body(body: str) -> str:
    """The text of a message without spaces around it; FieldErrors when it is empty or too long."""
    errors: dict[str, list[str]] = {}
    stripped = body.strip()
    _check_length("body", stripped, LONGEST_BODY, errors, required=True)
    if errors:
        raise FieldErrors(errors)
    return stripped


def _check_texts(draft: Draft, errors: dict[str, list[str]]) -> None:
    _check_length("subject", draft.subject, LONGEST_SUBJECT, errors, required=True)
    _check_length("body", draft.body, LONGEST_BODY, errors, required=True)
    _check_length("tried", draft.tried, LONGEST_TRIED, errors)
    _check_length("software_version", draft.software_version, LONGEST_VERSION, errors)


def _check_length(name: str, text: str, longest: int, errors: dict[str, list[str]], *, required: bool = False) -> None:
    if required and not _is_readable(text):
        errors[name] = [_("Fill this in.")]
    elif len(text) > longest:
        errors[name] = [_("Use at most %(longest)s characters.") % {"longest": longest}]


def _is_readable(text: str) -> bool:
    """Whether anything of it can be seen: zero-width characters and marks of direction alone are an empty line."""
    return any(unicodedata.category(one)[0] not in "CZ" for one in text)


def _check_codes(draft: Draft, held: Entitlements, errors: dict[str, list[str]]) -> None:
    catalogue = held.catalogue
    _check_code("kind", draft.kind, tuple(Kind.values), errors, required=True)
    _check_code("severity", draft.severity, catalogue.severity_codes(), errors, required=True)
    _check_code("region", draft.region, catalogue.region_codes(), errors, required=draft.is_technical)
    _check_code("product", draft.product, catalogue.product_codes(), errors)
    _check_code("software", draft.software, catalogue.software_codes(), errors)
    categories = (*(category.code for category in held.family.categories), THIRD_PARTY_SOFTWARE)
    _check_code("category", draft.category, categories, errors)
    # Where the plan does not include such help, the refusal says so: nobody is asked to choose what is not offered.
    if draft.category == THIRD_PARTY_SOFTWARE and not draft.software and held.allows(THIRD_PARTY_SOFTWARE):
        errors["software"] = [_("Choose the software that the ticket is about.")]


def _check_code(
    name: str, code: str, known: tuple[str, ...], errors: dict[str, list[str]], *, required: bool = False
) -> None:
    if not code:
        if required:
            errors[name] = [_("Choose one of: %(codes)s.") % {"codes": ", ".join(known)}]
    elif code not in known:
        errors[name] = [_("This is not one of: %(codes)s.") % {"codes": ", ".join(known)}]


def _end_customer(draft: Draft, organization: Organization, errors: dict[str, list[str]]) -> EndCustomer | None:
    asked = draft.end_customer
    if not asked:
        return None
    known = EndCustomer.objects.filter(organization=organization, archived_at=None)
    found = None
    if asked.isascii() and asked.isdigit() and int(asked) <= LARGEST_KEY:
        found = known.filter(pk=int(asked)).first()
    found = found or known.filter(name=asked).first() or known.filter(reference=asked).order_by("pk").first()
    if found is None and not organization.is_partner:
        errors["end_customer"] = [_("End customers are named on partners' tickets only.")]
    elif found is None and asked.removeprefix("-").isdigit():
        errors["end_customer"] = [_("Your organization has no such end customer.")]
    elif found is None:
        _check_length("end_customer", asked, end_customers.LONGEST_NAME, errors)
    return found
