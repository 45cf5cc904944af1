"""The admin: the questions that each category of the filing form asks besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from common import clock
from common.admin_doors import AuditedAdmin
from supportplans import versions
from supportplans.catalogue import Family
from tickets import category_questions
from tickets.models import CategoryQuestion


class QuestionForm(forms.ModelForm):
    """A question of one of the categories that the catalogue has today."""

    place = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    class Meta:
        model = CategoryQuestion
        fields = ["code", "label_en", "label_zh", "kind", "choices", "required", "position", "retired_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].label = _("Category")
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = _places()
        if self.instance.pk:
            self.initial["place"] = f"{self.instance.family}/{self.instance.category}"

    def clean(self) -> dict[str, Any]:
        """A choice needs what to choose from; a code is asked once in its category."""
        cleaned = super().clean() or {}
        self.instance.family, _slash, self.instance.category = cleaned.get("place", "").partition("/")
        self.instance.choices = cleaned.get("choices", "")
        if cleaned.get("kind") == CategoryQuestion.Kind.CHOICE and not category_questions.choices(self.instance):
            self.add_error("choices", _("Write what can be chosen, one a line."))
        same = CategoryQuestion.objects.filter(
            family=self.instance.family, category=self.instance.category, code=cleaned.get("code", "")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("code", _("This category has a question of this code already."))
        return cleaned


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories of each family, as a select has them."""
    return [(_name(family), _categories(family)) for family in versions.current(clock.today()).families]


def _categories(family: Family) -> list[tuple[str, str]]:
    return [(f"{family.code}/{category.code}", _name(category)) for category in family.categories]


def _name(named: Any) -> str:
    return named.name.in_language(get_language() or "en")


@admin.register(CategoryQuestion)
class CategoryQuestionAdmin(AuditedAdmin):
    """A question that was answered is retired, not deleted: its answers keep their words."""

    form = QuestionForm
    list_display = ["label_en", "label_zh", "family", "category", "kind", "required", "position", "retired_at"]
    list_filter = ["family", "category", "kind"]
    search_fields = ["code", "label_en", "label_zh"]
    fields = ["place", "code", "label_en", "label_zh", "kind", "choices", "required", "position", "retired_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Answers are kept by their code.
        return ["code"] if obj else []
