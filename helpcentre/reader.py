"""Who reads an article: where their tickets are filed, and by what they are told apart from others."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from accounts.access import organizations_of
from accounts.models import Person


def person_of(request: HttpRequest) -> Person | None:
    """The signed-in person; None for strangers."""
    return request.user if isinstance(request.user, Person) else None


def name_of(request: HttpRequest) -> str:
    """Tells readers apart: the person, or address and browser of somebody who is not signed in."""
    person = person_of(request)
    if person is not None:
        return f"person:{person.pk}"
    return f"{request.META.get('REMOTE_ADDR', '')} {request.META.get('HTTP_USER_AGENT', '')[:200]}"


def filing_address(request: HttpRequest) -> str:
    """Where this reader files a ticket; '' for the staff, who answer them."""
    person = person_of(request)
    if person is None:
        return f"{reverse('account_login')}?next={reverse('portal:home')}"
    if person.staff_role():
        return ""
    organization = organizations_of(person).order_by("name").first()
    return reverse("tickets:new", args=[organization.slug]) if organization else reverse("portal:home")
