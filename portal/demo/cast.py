"""The demo's organizations and people; everybody's password is `demo`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import EndCustomer, Membership, Organization, Person, StaffProfile
from common import tenancy

PASSWORD = "demo"  # noqa: S105

# slug: name, kind, partner type, language, owner's name, member's name
ORGANIZATIONS: dict[str, tuple[str, str, str, str, str, str]] = {
    "acme": ("Acme Web Studio", "customer", "", "en", "Ada Marsh", "Ben Ortiz"),
    "orbit": ("Orbit Logistics", "customer", "", "en", "Carla Nowak", "Dan Whitfield"),
    "zenith": ("天顶银行", "customer", "", "zh-hans", "沈若兰", "顾明远"),
    "pine": ("Pine Consulting", "partner", "consulting", "en", "Erin Doyle", "Femi Adeyemi"),
    "summit": ("峰云科技", "partner", "consulting", "zh-hans", "陆思齐", "贺子涵"),
    "isvsoft": ("ISV Software", "partner", "technology", "en", "Grace Lindqvist", "Hugo Meyer"),
}

# e-mail's first part: name, role, level, products
STAFF: dict[str, tuple[str, str, str, list[str]]] = {
    "engineer": ("Ivy Chen", "engineer", "engineer", ["ecs", "evs", "vpc"]),
    "expert": ("Jonas Weber", "engineer", "expert", ["rds", "dcs", "cce"]),
    "senior": ("林清越", "engineer", "senior", ["ecs", "rds", "cce", "elb"]),
    "lead": ("Kate Brennan", "lead", "senior", []),
    "tam": ("周予安", "tam", "senior", []),
    "billing": ("Liam Foster", "billing", "engineer", []),
    "admin": ("Mona Haddad", "admin", "engineer", []),
}
END_CUSTOMERS: dict[str, list[tuple[str, str]]] = {
    "pine": [("Harbour Foods", "HF-201"), ("Northwind Clinics", "NC-114"), ("Tallis Print", "TP-009")],
    "summit": [("青禾零售", "QH-88"), ("远航物流", "YH-12")],
}


@dataclass(frozen=True)
class Players:
    """Who is there, by slug and by e-mail."""

    organizations: dict[str, Organization]
    people: dict[str, Person]

    def owner(self, slug: str) -> Person:
        return self.people[f"owner@{slug}.example"]

    def member(self, slug: str) -> Person:
        return self.people[f"member@{slug}.example"]

    def staff(self, name: str) -> Person:
        return self.people[f"{name}@support.example"]


def is_there() -> bool:
    """Whether the demo's organizations were made before."""
    return Organization.objects.filter(slug="acme").exists()


def gather(at: datetime) -> Players:
    """Make all organizations and people, as if they had joined at `at`."""
    password = make_password(PASSWORD)
    organizations = {
        slug: Organization.objects.create(
            slug=slug,
            name=name,
            kind=kind,
            partner_type=partner_type,
            language=language,
            caller_code=f"8{number:05d}",
            registered_email=f"owner@{slug}.example",
            created_at=at,
        )
        for number, (slug, (name, kind, partner_type, language, *_names)) in enumerate(ORGANIZATIONS.items(), 101)
    }
    people: dict[str, Person] = {}
    for slug, (_name, _kind, _type, language, owner, member) in ORGANIZATIONS.items():
        for role, full_name in (("owner", owner), ("member", member)):
            person = _person(f"{role}@{slug}.example", full_name, language, password, at)
            Membership.objects.create(organization=organizations[slug], person=person, role=role, since=at)
            people[person.email] = person
    for short, (full_name, role, level, products) in STAFF.items():
        person = _person(f"{short}@support.example", full_name, "", password, at, admin=role == "admin")
        StaffProfile.objects.create(person=person, role=role, level=level, products=products)
        people[person.email] = person
    for slug, customers in END_CUSTOMERS.items():
        with tenancy.organization(organizations[slug].pk):
            for name, reference in customers:
                EndCustomer.objects.create(
                    organization=organizations[slug], name=name, reference=reference, created_at=at
                )
    return Players(organizations, people)


def _person(email: str, name: str, language: str, password: str, at: datetime, *, admin: bool = False) -> Person:
    person = Person.objects.create(
        email=email,
        name=name,
        language=language,
        password=password,
        is_staff=admin,
        is_superuser=admin,
        date_joined=at,
    )
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person
