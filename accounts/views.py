"""Pages of a person: making an organization, accepting an invitation, own settings and tokens, language and theme."""

from __future__ import annotations

from copy import copy
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import access, invitations, joining, people, tokens
from accounts.forms import AcceptForm, AccountForm, NewOrganizationForm, TokenForm
from accounts.models import ApiToken, Invitation, Membership, Organization, Person
from accounts.page_doors import PersonPage, check_texts, errors_of, with_errors
from common import rate_limits
from common.idempotency import answer_once, fingerprint
from common.problems import FieldErrors, Problem

YEAR = 365 * 24 * 3600


class NewOrganizationPage(PersonPage):
    """The first page after signing up: name the organization, and it is there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewOrganizationForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = NewOrganizationForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)

        def make() -> Organization:
            typed = form.cleaned_data
            slug = typed["slug"] or joining.suggest_slug(name=typed["name"], owner=self.person)
            return joining.create_organization(
                by=self.person,
                owner=self.person,
                language=translation.get_language() or "en",
                **typed | {"slug": slug},
            )

        return self.submit(
            make,
            to=lambda made: reverse("portal:organization", args=[made.slug]),
            again=lambda problem: self._page(with_errors(form, problem), problem),
        )

    def _page(self, form: NewOrganizationForm, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "invitations": access.invitations_of(self.person),
            "is_first": not access.organizations_of(self.person).exists(),
        }
        return self.render("accounts/new_organization.html", context, status=problem.status if problem else status)


class AddressFragment(PersonPage):
    """While typing: an address that suits the name, and whether the typed one is free."""

    def get(self, request: HttpRequest) -> HttpResponse:
        name, slug = request.GET.get("name", "")[:120], request.GET.get("slug", "")[:60].strip().lower()
        suggest = request.headers.get("HX-Trigger-Name") == "name"
        if suggest:
            slug = joining.suggest_slug(name=name, owner=self.person)
        form = NewOrganizationForm(initial={"slug": slug})
        return self.render("accounts/_address.html", {"form": form, "slug": slug, "state": joining.state_of(slug)})


class InvitationPage(View):
    """The link of an invitation: for the signed-in, for people with an account, and for those who make one here."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._page(invitations.invitation_of(token), AcceptForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        rate_limits.check(f"invitation:{request.META.get('REMOTE_ADDR', '')}", limit=30)
        if request.user.is_authenticated:
            return self._accept(token, request.user)
        form = AcceptForm(request.POST)
        invitation = invitations.invitation_of(token)
        if not form.is_valid():
            return self._page(invitation, form, status=400)
        try:
            person = invitations.accept_with_new_account(
                token=token, language=translation.get_language() or "en", **form.cleaned_data
            )
        except FieldErrors as problem:
            return self._page(invitation, with_errors(form, problem), status=problem.status)
        get_adapter().login(request, person)
        return self._welcome(invitation.organization)

    def _accept(self, token: str, person: Person) -> HttpResponseBase:
        return self._welcome(invitations.accept(token=token, by=person).organization)

    def _welcome(self, organization: Organization) -> HttpResponse:
        messages.success(self.request, _("Welcome to %(organization)s.") % {"organization": organization.name})
        return HttpResponseRedirect(reverse("portal:organization", args=[organization.slug]), status=303)

    def _page(self, invitation: Invitation, form: AcceptForm, status: int = 200) -> HttpResponse:
        person = self.request.user
        sign_in = redirect_to_login(self.request.get_full_path()).headers["Location"]
        context = {
            "invitation": invitation,
            "form": form,
            "is_member": access.is_member(invitation.organization, invitation.email),
            "role": Membership.Role(invitation.role).label,
            "is_other": person.is_authenticated and person.email != invitation.email,
            "needs_account": invitations.needs_account(invitation),
            "sign_in_url": sign_in,
        }
        return render(self.request, "accounts/invitation.html", context, status=status)


class AcceptOwnInvitation(PersonPage):
    """An invitation of the signed-in person's own mailbox, offered where they make an organization."""

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        return self.submit(
            lambda: invitations.accept_own(invitation=access.invitation_for(self.person, number), by=self.person),
            to=lambda joined: reverse("portal:organization", args=[joined.organization.slug]),
            again=lambda problem: self.render("problem.html", {"problem": problem}, status=problem.status),
        )


class SettingsPage(PersonPage):
    """`/account`: name, language and theme."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(AccountForm(instance=self.person))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = AccountForm(request.POST, instance=copy(self.person))
        if not form.is_valid():
            return self._page(form, status=400)
        chosen = form.cleaned_data
        people.rename(by=self.person, name=chosen["name"])
        people.choose_preferences(by=self.person, language=chosen["language"], theme=chosen["theme"])
        with translation.override(chosen["language"]):
            messages.success(request, _("Saved."))
        return remember(self.go(reverse("accounts:settings")), language=chosen["language"], theme=chosen["theme"])

    def _page(self, form: AccountForm, status: int = 200) -> HttpResponse:
        memberships = access.memberships_held_by(self.person)
        return self.render("accounts/settings.html", {"form": form, "memberships": memberships}, status=status)


class PreferencesView(View):
    """POST `language` or `theme` from the bar of any page; strangers keep theirs in a cookie."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        language, theme = request.POST.get("language"), request.POST.get("theme")
        if request.user.is_authenticated:
            people.choose_preferences(by=request.user, language=language, theme=theme)
        else:
            people.check_preferences(language=language, theme=theme)
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = reverse("portal:home" if request.user.is_authenticated else "portal:welcome")
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204, headers={"HX-Refresh": "true"})
        else:
            response = HttpResponseRedirect(target, status=303)
        return remember(response, language=language, theme=theme)


def remember(response: HttpResponse, *, language: str | None, theme: str | None) -> HttpResponse:
    """For the pages before signing in: the choice as cookies of this browser."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("theme", theme)):
        if value is not None:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


class TokensPage(PersonPage):
    """`/account/tokens`: own API tokens; a new one's secret is shown this once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)
        try:
            check_texts(request.POST)
            secret = self._make_once(form.cleaned_data)
        except Problem as problem:
            if problem.status not in (400, 409, 422):
                raise
            return self._page(with_errors(form, problem), problem=problem, status=problem.status)
        return self._page(self._form(), secret=secret, is_made=True, status=201)

    def _make_once(self, asked: dict[str, Any]) -> str:
        """The secret, or '' where this very form was sent before: it was shown then."""
        made: dict[str, str] = {}

        def make() -> tuple[int, Any]:
            organization = self._organization(asked["organization"])
            values = {name: asked[name] for name in ("name", "scope", "expires_on")}
            token, made["secret"] = tokens.make_own_token(by=self.person, organization=organization, **values)
            return 201, token.pk

        key = self.request.POST.get("idempotency_key", "")
        if not key:
            make()
        else:
            # The answer that is kept names the token only: its secret is stored nowhere.
            asked_for = fingerprint("form", self.request.path, asked)
            answer_once(person_id=self.person.pk, key=key, asked=asked_for, work=make, is_form=True)
        return made.get("secret", "")

    def _organization(self, slug: str) -> Organization | None:
        return access.organizations_of(self.person).get(slug=slug) if slug else None

    def _form(self, data: Any = None) -> TokenForm:
        is_staff = bool(self.person.staff_role())
        organizations = [] if is_staff else list(access.organizations_of(self.person))
        return TokenForm(data, organizations=organizations)

    def _page(self, form: TokenForm, *, status: int = 200, **context: Any) -> HttpResponse:
        rows: list[ApiToken] = list(access.tokens_of(self.person))
        for row in rows:
            row.last_day = tokens.last_day(row)  # type: ignore[attr-defined]
        context |= {"form": form, "tokens": rows, "may_make": tokens.may_hold_tokens(self.person)}
        response = self.render("accounts/tokens.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class RevokeToken(PersonPage):
    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        tokens.revoke_token(token=access.token(access.tokens_of(self.person), number), by=self.person)
        messages.success(request, _("The token does not work any more."))
        return self.go(reverse("accounts:tokens"))
