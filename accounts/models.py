"""Organizations, people and what ties them together.

These tables carry no row-level security: signing in must find a person before any organization is known.
Everything else of a tenant does (common/rls.py).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SLUG = RegexValidator(r"^[a-z0-9-]{2,40}$", _("Use 2 to 40 small letters, digits and hyphens."))


class Organization(models.Model):
    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PARTNER = "partner", _("Partner")

    class PartnerType(models.TextChoices):
        NONE = "", _("Not a partner")
        CONSULTING = "consulting", _("Consulting partner")
        TECHNOLOGY = "technology", _("Technology partner")
        RESELLER = "reseller", _("Reseller")
        OTHER = "other", _("Other partner")

    slug = models.CharField(_("address"), max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    partner_type = models.CharField(
        _("partner type"), max_length=20, choices=PartnerType.choices, blank=True, default=PartnerType.NONE
    )
    # By this number phone staff find the organization and its priority (spec page 2.4).
    caller_code = models.CharField(_("caller code"), max_length=12, unique=True)
    registered_email = models.EmailField(_("registered mailbox"))
    # Where reports go beside the registered mailbox (spec page 1).
    report_addresses = ArrayField(
        models.EmailField(), verbose_name=_("further report addresses"), default=list, blank=True, db_default=[]
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="partner") | models.Q(partner_type=""),
                name="only_partners_have_a_partner_type",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_partner(self) -> bool:
        return self.kind == self.Kind.PARTNER

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None


class PersonQuerySet(models.QuerySet["Person"]):
    def staff(self) -> PersonQuerySet:
        return self.filter(staff__isnull=False, is_active=True)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes people for Django's own commands; the portal itself uses accounts/joining.py."""

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), is_staff=True, is_superuser=True, **fields)
        person.set_password(password)
        person.save(using=self._db)
        StaffProfile.objects.create(person=person, role=StaffProfile.Role.ADMIN)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    # May enter the admin; who is staff of the support desk is told by StaffProfile alone.
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), null=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.display_name()

    def display_name(self) -> str:
        """The name, or the part of the e-mail before the @ where none was given."""
        return self.name or self.email.split("@", 1)[0]

    def staff_role(self) -> str:
        """The staff role, or '' for members of organizations."""
        profile = getattr(self, "staff", None)
        return profile.role if profile else ""

    def may_use_admin(self) -> bool:
        """Administrators, and billing operators for what the table of roles lets them see there."""
        return self.is_superuser or self.staff_role() in (StaffProfile.Role.ADMIN, StaffProfile.Role.BILLING)


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        BILLING = "billing", _("Billing")
        MEMBER = "member", _("Member")
        VIEWER = "viewer", _("Viewer")

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="memberships", verbose_name=_("organization")
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["organization", "person"], name="one_role_per_organization")]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}: {self.role}"


class StaffProfile(models.Model):
    class Role(models.TextChoices):
        ENGINEER = "engineer", _("Support engineer")
        TAM = "tam", _("Technical service manager")
        LEAD = "lead", _("Desk lead")
        BILLING = "billing", _("Billing operator")
        ADMIN = "admin", _("Administrator")

    class Level(models.TextChoices):
        ENGINEER = "engineer", _("Engineer")
        EXPERT = "expert", _("Expert")
        SENIOR = "senior", _("Senior")

    person = models.OneToOneField(
        Person, models.CASCADE, related_name="staff", primary_key=True, verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.ENGINEER)
    products = models.JSONField(_("product teams"), default=list, blank=True)
    on_duty = models.BooleanField(_("on duty"), default=True)

    class Meta:
        verbose_name = _("staff profile")
        verbose_name_plural = _("staff profiles")

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"


class Invitation(models.Model):
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="invitations", verbose_name=_("organization")
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role.choices)
    # The link's secret is worked out from `seed` and SECRET_KEY when its mail is written; only its hash is looked up.
    seed = models.CharField(max_length=64, default="")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("ends at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_per_mailbox",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organization}"


class ApiToken(models.Model):
    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens", verbose_name=_("person"))
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="tokens", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices, default=Scope.READ)
    token_hash = models.CharField(max_length=64, unique=True)
    # The first characters, so that a person can tell tokens apart.
    hint = models.CharField(_("first characters"), max_length=12)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class EndCustomer(models.Model):
    """A partner's own customer: a name and a reference, never a login, never a recipient (spec page 1)."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="end_customers", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=120)
    reference = models.CharField(_("your reference"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        verbose_name = _("end customer")
        verbose_name_plural = _("end customers")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_end_customer_per_name")]

    def __str__(self) -> str:
        return self.name
