"""Who of the staff is there (spec pages 4.4, 4.5): read once, asked for many tickets.

On duty is whoever has a running shift. For a role of which nobody has one, the switch in the staff profile says who
is: a desk without a roster works all the same. Somebody is always found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import Person, StaffProfile
from tickets.models import Shift

# From the lowest to the highest: a higher level may take lower work.
LEVELS = tuple(StaffProfile.Level.values)
_ENGINEER, _LEAD, _TAM = StaffProfile.Role.ENGINEER, StaffProfile.Role.LEAD, StaffProfile.Role.TAM


@dataclass(frozen=True)
class Duty:
    """The active staff at an instant, by id, and who of them is on duty."""

    staff: tuple[Person, ...]
    present: frozenset[int]

    def of_role(self, role: str) -> list[Person]:
        """Everybody of a role, on duty or not."""
        return [person for person in self.staff if person.staff.role == role]

    def on_duty(self, role: str) -> list[Person]:
        """Who of a role is on duty."""
        return [person for person in self.of_role(role) if person.pk in self.present]

    def leads(self) -> list[Person]:
        return self.of_role(_LEAD)

    def tams(self) -> list[Person]:
        return self.of_role(_TAM)

    def duty_managers(self) -> list[Person]:
        """Leads on duty; where there is none, all leads, and without any lead whoever works on the desk."""
        return self.on_duty(_LEAD) or self.leads() or self.of_role(_ENGINEER) or self.tams()

    def without_team(self, handler_level: str, products: Iterable[str]) -> list[str]:
        """Those of `products` that no engineer of the level or a higher one, on duty or not, looks after."""
        teams = [person.staff.products for person in self.of_role(_ENGINEER) if may_take(person, handler_level, "")]
        if not all(teams):  # who has no team looks after everything
            return []
        looked_after = {product for team in teams for product in team}
        return [product for product in products if product not in looked_after]

    def engineers_for(self, handler_level: str, product: str) -> list[Person]:
        """Engineers on duty who may take such a ticket; [] where nobody may.

        A product that no team of the level looks after is everybody's of the level: its tickets must not lie.
        """
        if self.without_team(handler_level, [product]):
            product = ""
        return [person for person in self.on_duty(_ENGINEER) if may_take(person, handler_level, product)]

    def team_for(self, handler_level: str, product: str) -> list[Person]:
        """Who hears of a ticket that nobody has: those engineers, else those of its level, else the duty managers."""
        of_level = [person for person in self.on_duty(_ENGINEER) if may_take(person, handler_level, "")]
        return self.engineers_for(handler_level, product) or of_level or self.duty_managers()


def duty_at(at: datetime) -> Duty:
    """The staff as it is at `at`; one statement."""
    running = Shift.objects.filter(person=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    found = Person.objects.staff().select_related("staff").annotate(has_shift=Exists(running)).order_by("pk")
    staff = tuple(found)
    rostered = {person.staff.role for person in staff if person.has_shift}
    present = (
        person.pk for person in staff if (person.has_shift if person.staff.role in rostered else person.staff.on_duty)
    )
    return Duty(staff, frozenset(present))


def levels_up_to(level: str) -> list[str]:
    """The handler levels that somebody of `level` may take."""
    return list(LEVELS[: LEVELS.index(level) + 1])


def may_take(person: Person, handler_level: str, product: str) -> bool:
    """Whether level and product team fit. Who has no team, and a ticket without a product, fit everything."""
    profile = person.staff
    if handler_level in LEVELS and handler_level not in levels_up_to(profile.level):
        return False
    return not profile.products or not product or product in profile.products
