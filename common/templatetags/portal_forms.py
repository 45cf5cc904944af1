"""Form fields drawn alike everywhere, `{% load portal_forms %}`: label, control, help, errors, ties between them."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.inclusion_tag("components/_field.html")
def field(
    bound: BoundField,
    label: str = "",
    help: str | bool = "",
    css: str = "mb-3",
    hide_label: bool = False,
    **attributes: Any,
) -> dict[str, Any]:
    """One field. Further arguments become attributes of the control: `placeholder=…`, `rows=8`, `data_files=True`.

    Underscores in their names become hyphens. `help=False` leaves the field's own help out.
    """
    widget = bound.field.widget
    hint = "" if help is False else help or bound.help_text
    ids = ([f"{bound.auto_id}_error"] if bound.errors else []) + ([f"{bound.auto_id}_help"] if hint else [])
    is_group = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    if is_group:
        # A group is drawn choice by choice, each with the widget's own attributes.
        widget.attrs.setdefault("class", "form-check-input")
    return {
        "field": bound,
        "control": "" if is_group else _control(bound, attributes, " ".join(ids)),
        "label": label or bound.label,
        "help": hint,
        "css": css,
        "hide_label": hide_label,
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_group": is_group,
        "is_password": isinstance(widget, forms.PasswordInput),
        "described_by": " ".join(ids),
        "error_id": f"{bound.auto_id}_error",
        "help_id": f"{bound.auto_id}_help",
    }


@register.inclusion_tag("components/_form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """Every field of a form, its hidden ones and its general errors."""
    return {"form": form}


@register.inclusion_tag("components/_form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, announced to screen readers."""
    return {"form": form, "errors": form.non_field_errors()}


def _control(bound: BoundField, attributes: dict[str, Any], described_by: str) -> str:
    widget = bound.field.widget
    css = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "form-control")
    own = widget.attrs.get("class", "")
    attrs = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    attrs["class"] = " ".join(part for part in (css, own, "is-invalid" if bound.errors else "") if part)
    if described_by:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)
