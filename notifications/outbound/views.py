"""Pages of an organization's webhooks and IM groups: list, add, one with its log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import OrganizationPage, check_texts, errors_of
from common.idempotency import answer_once, fingerprint
from common.keyset import page_of
from common.problems import Problem
from notifications import access
from notifications.im import groups
from notifications.models import Delivery, Endpoint
from notifications.outbound import endpoints
from notifications.outbound.events import EVENTS
from notifications.outbound.forms import GroupChangeForm, GroupForm, WebhookForm
from notifications.outbound.words import reason


class EndpointPage(OrganizationPage):
    """Both kinds of addresses share their pages; `is_webhook` says which one it is."""

    area = "members"
    is_webhook: ClassVar[bool] = True

    @property
    def place(self) -> str:
        """The beginning of the names of addresses."""
        return "notifications:webhook" if self.is_webhook else "notifications:im_group"

    def rows(self) -> QuerySet[Endpoint]:
        return (access.webhooks_of if self.is_webhook else access.im_groups_of)(self.organization)

    def url(self, endpoint: Endpoint | None = None) -> str:
        """The list's page, or that of one address."""
        if endpoint is None:
            return reverse(f"{self.place}s", args=[self.organization.slug])
        return reverse(self.place, args=[self.organization.slug, endpoint.pk])

    def context(self) -> dict[str, Any]:
        return super().context() | {"is_webhook": self.is_webhook, "list_url": self.url()}

    def typed(self, form: WebhookForm) -> dict[str, Any]:
        """The form's values; what the widgets could not read is left to the rules."""
        return {
            "name": form.data.get("name", ""),
            "url": form.data.get("url", ""),
            "events": form.data.getlist("events"),  # type: ignore[attr-defined]
        }


class ListPage(EndpointPage):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Add one."""
        form = self.form(request.POST)
        return self.add(form)

    def form(self, data: Any = None) -> WebhookForm:
        return WebhookForm(data, initial={"events": list(EVENTS)[:5]})

    def add(self, form: WebhookForm) -> HttpResponseBase:
        """A webhook's secret is on this answer only, so it is no redirect; the form sent again shows it no more."""
        made: dict[str, Any] = {}

        def work() -> tuple[int, Any]:
            endpoint, made["secret"] = endpoints.add_webhook(
                organization=self.organization, by=self.person, **self.typed(form)
            )
            return 201, endpoint.pk

        try:
            check_texts(self.request.POST)
            key = self.request.POST.get("idempotency_key", "")
            if key:
                asked = fingerprint("form", self.request.path, self._typed())
                answer_once(person_id=self.person.pk, key=key, asked=asked, work=work, is_form=True)
            else:
                work()
        except Problem as problem:
            return refused(self.page, form, problem)
        return self.page(self.form(), status=201, secret=made.get("secret", ""), is_made=True)

    def page(self, form: WebhookForm, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"form": form, "endpoints": list(self.rows()), "kinds": Endpoint.Kind}
        response = self.render("notifications/endpoints.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class GroupsPage(ListPage):
    is_webhook = False

    def form(self, data: Any = None) -> WebhookForm:
        return GroupForm(data, kinds=groups.kinds_for(self.organization), initial={"events": list(EVENTS)[:5]})

    def add(self, form: WebhookForm) -> HttpResponseBase:
        def done(added: Endpoint) -> str:
            messages.success(self.request, _("The group is notified from now on. Send a test to see it there."))
            return self.url(added)

        return self.submit(
            lambda: groups.add_group(
                organization=self.organization, kind=form.data.get("kind", ""), by=self.person, **self.typed(form)
            ),
            to=done,
            again=lambda problem: refused(self.page, form, problem),
        )


class OnePage(EndpointPage):
    """One address: its settings and what was sent."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        endpoint = access.endpoint(self.rows(), number)
        if request.headers.get("HX-Request") and "before" not in request.GET:
            return self.render("notifications/_deliveries.html", self.log(endpoint))
        return self.page(endpoint, self.form(endpoint))

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        """Change it."""
        endpoint = access.endpoint(self.rows(), number)
        form = self.form(endpoint, request.POST)

        def done(changed: Endpoint) -> str:
            messages.success(request, _("Saved."))
            return self.url(changed)

        return self.submit(
            lambda: self.change(endpoint, form),
            to=done,
            again=lambda problem: refused(lambda *given, **more: self.page(endpoint, *given, **more), form, problem),
        )

    def change(self, endpoint: Endpoint, form: WebhookForm) -> Endpoint:
        typed = self.typed(form)
        if self.is_webhook:
            return endpoints.change_webhook(endpoint=endpoint, by=self.person, **typed)
        return groups.change_group(endpoint=endpoint, by=self.person, **typed | {"url": typed["url"] or None})

    def form(self, endpoint: Endpoint, data: Any = None) -> WebhookForm:
        known = {"name": endpoint.name, "events": endpoint.events}
        if self.is_webhook:
            return WebhookForm(data, initial=known | {"url": endpoint.shown_url})
        return GroupChangeForm(data, initial=known)

    def page(self, endpoint: Endpoint, form: WebhookForm, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"form": form} | self.log(endpoint)
        response = self.render("notifications/endpoint.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def log(self, endpoint: Endpoint) -> dict[str, Any]:
        page = page_of(access.deliveries_of(endpoint), before=self.request.GET.get("before"), size=20)
        return {"endpoint": endpoint, "page": page, "deliveries": [shown(row) for row in page.rows]}


class ActOnOne(OnePage):
    """A button on the page of one address."""

    http_method_names = ["post"]
    # Does it, and returns the sentence that says so.
    act: Callable[..., str]

    def post(self, request: HttpRequest, slug: str, number: int, **more: Any) -> HttpResponseBase:
        endpoint = access.endpoint(self.rows(), number)

        def done(sentence: str) -> str:
            messages.success(request, sentence)
            return self.url(endpoint)

        return self.submit(
            lambda: self.act(endpoint, **more),
            to=done,
            again=lambda problem: self.page(endpoint, self.form(endpoint), status=problem.status, problem=problem),
        )


class TestPage(ActOnOne):
    def act(self, endpoint: Endpoint, **more: Any) -> str:
        endpoints.send_test(endpoint=endpoint, by=self.person)
        return _("A test is on its way: see the log.")


class ResendPage(ActOnOne):
    def act(self, endpoint: Endpoint, **more: Any) -> str:
        endpoints.resend(delivery=access.delivery(endpoint, more["delivery"]), by=self.person)
        return _("It is sent again: see the log.")


class SwitchPage(ActOnOne):
    def act(self, endpoint: Endpoint, **more: Any) -> str:
        on = self.request.POST.get("on") == "1"
        if self.is_webhook:
            endpoints.change_webhook(endpoint=endpoint, enabled=on, by=self.person)
        else:
            groups.change_group(endpoint=endpoint, enabled=on, by=self.person)
        return _("It is switched on again.") if on else _("Nothing is sent there any more.")


class DeletePage(OnePage):
    """Asks once more, then deletes."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        return self.render("notifications/endpoint_delete.html", {"endpoint": access.endpoint(self.rows(), number)})

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        endpoint = access.endpoint(self.rows(), number)

        def done(_nothing: None) -> str:
            messages.success(request, _("It is deleted, with its log."))
            return self.url()

        return self.submit(
            lambda: endpoints.delete(endpoint=endpoint, by=self.person),
            to=done,
            again=lambda problem: self.page(endpoint, self.form(endpoint), status=problem.status, problem=problem),
        )


class RotatePage(OnePage):
    """A new secret, on this answer only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        made: dict[str, str] = {}
        endpoint = access.endpoint(self.rows(), number)

        def work() -> tuple[int, Any]:
            _endpoint, made["secret"] = endpoints.rotate_secret(endpoint=endpoint, by=self.person)
            return 200, None

        key = request.POST.get("idempotency_key", "")
        try:
            check_texts(request.POST)
            if key:
                asked = fingerprint("form", request.path, self._typed())
                answer_once(person_id=self.person.pk, key=key, asked=asked, work=work, is_form=True)
            else:
                work()
        except Problem as problem:
            return self.page(endpoint, self.form(endpoint), status=problem.status, problem=problem)
        endpoint = access.endpoint(self.rows(), number)
        return self.page(endpoint, self.form(endpoint), secret=made.get("secret", ""), is_made=True)


def refused(page: Callable[..., HttpResponse], form: WebhookForm, problem: Problem) -> HttpResponse:
    """The page again with what was typed and why it was not taken."""
    if problem.status not in (400, 409, 422):
        raise problem
    form.full_clean()
    for name, sentences in errors_of(problem).items():
        field = name if name in form.fields else None
        if field is None or field not in form.errors:
            for sentence in sentences:
                form.add_error(field, sentence)
    return page(form, status=problem.status, problem=None if errors_of(problem) else problem)


def shown(delivery: Delivery) -> dict[str, Any]:
    """A delivery with its words, and its body in lines that people can read."""
    return {
        "row": delivery,
        "event": EVENTS.get(delivery.type, _("Test") if delivery.type == "test" else delivery.type),
        "error": reason(delivery.error) if delivery.error else "",
        "body": json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False),
        "tries": [one | {"words": reason(one["error"]) if one["error"] else ""} for one in delivery.tries],
    }


def both(page: type[EndpointPage]) -> tuple[type[EndpointPage], type[EndpointPage]]:
    """The page for webhooks, and the same for IM groups."""
    return page, type(f"Group{page.__name__}", (page,), {"is_webhook": False, "__module__": page.__module__})
