"""Desk pages of the price book: its versions, what each changed, and whom a new one concerns before it is published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.page_doors import StaffPage, errors_of
from accounts.roles import allows, staff_role_key
from common import clock
from common.problems import Problem
from supportplans import price_book_drafts, publishing, renewals_ahead
from supportplans.models import CatalogueVersion
from supportplans.price_book import Differences, differences

VERSIONS_SHOWN = 20


class VersionFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Version file"),
        help_text=gettext_lazy("YAML or JSON, at most 1 MB. Download the version before it, and change that."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json,application/json"}),
    )


class _PriceBook(StaffPage):
    area = "price_book"

    def context(self) -> dict[str, Any]:
        role = staff_role_key(self.person.staff_role())
        return super().context() | {"may_act": allows(role, self.area, "W")}

    def list_url(self) -> str:
        return reverse("billing:operator-price-book")


class PriceBookPage(_PriceBook):
    """`/desk/billing/price-book`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(VersionFileForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the file as a draft and show what it would do; nothing is published yet."""
        form = VersionFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=400)
        content = form.cleaned_data["file"].read(price_book_drafts.LARGEST_FILE + 1)
        return self.submit(
            lambda: price_book_drafts.upload(content=content, by=self.person),
            to=lambda draft: reverse("billing:operator-price-book-version", args=[draft.pk]),
            again=lambda problem: self._page(form, problem, problem.status),
        )

    def _page(self, form: VersionFileForm, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        rows = list(price_book_drafts.all_versions()[:VERSIONS_SHOWN])
        today = clock.today()
        running = next((row for row in rows if row.published_at and row.effective_on <= today), None)
        context = {
            "form": form,
            "versions": [(row, _changes(row)) for row in rows],
            "running": running,
            "today": today,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "mistakes": errors_of(problem) if problem is not None else {},
        }
        return self.render("billing/operator_price_book.html", context, status=status)


class PriceBookVersionPage(_PriceBook):
    """`/desk/billing/price-book/<number>`: what it changes; of a draft whom it concerns, and the button."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        row = price_book_drafts.version_numbered(number)
        return self._file(row) if request.GET.get("as") == "file" else self.shown(row)

    def shown(self, row: CatalogueVersion, problem: Problem | None = None) -> HttpResponse:
        catalogue, before = publishing.read(row.document), renewals_ahead.followed(row)
        old = publishing.read(before.document) if before else None
        today = clock.today()
        is_ahead = row.published_at is None or row.effective_on > today
        context = {
            "row": row,
            "before": before,
            "changes": differences(old, catalogue) if old else None,
            "ahead": renewals_ahead.renewals_into(catalogue, before=old, today=today) if old and is_ahead else None,
            "takes_effect_now": row.published_at is None and row.effective_on <= today,
            "fingerprint": price_book_drafts.fingerprint(row),
            "problem": problem,
        }
        status = problem.status if problem else 200
        return self.render("billing/operator_price_book_version.html", context, status=status)

    def _file(self, row: CatalogueVersion) -> HttpResponse:
        response = HttpResponse(publishing.as_file(row.document), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="price-book-{row.pk}.yaml"'
        return response


class PublishPriceBookPage(PriceBookVersionPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        draft = price_book_drafts.version_numbered(number)
        seen = request.POST.get("fingerprint", "")
        return self.submit(
            lambda: price_book_drafts.publish(draft=draft, seen=seen, by=self.person),
            to=self._published,
            again=lambda problem: self.shown(price_book_drafts.version_numbered(number), problem),
        )

    def _published(self, row: CatalogueVersion) -> str:
        messages.success(self.request, _("%(version)s is published.") % {"version": row.number})
        return self.list_url()


class DiscardPriceBookPage(PriceBookVersionPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        draft = price_book_drafts.version_numbered(number)
        return self.submit(
            lambda: price_book_drafts.discard(draft=draft, by=self.person),
            to=lambda _gone: self._discarded(),
            again=lambda problem: self.shown(price_book_drafts.version_numbered(number), problem),
        )

    def _discarded(self) -> str:
        messages.success(self.request, _("The draft is discarded."))
        return self.list_url()


def _changes(row: CatalogueVersion) -> Differences | None:
    """What a version changed; None of the first."""
    before = renewals_ahead.followed(row)
    if before is None:
        return None
    return differences(publishing.read(before.document), publishing.read(row.document))
