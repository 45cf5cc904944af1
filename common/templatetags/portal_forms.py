"""Form fields drawn alike everywhere, `{% load portal_forms %}`: label, control, help, errors, ties between them."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.inclusion_tag("components/_field.html")
def field(
    bound: BoundField,
    label: str = "",
    help: str = "",
    css: str = "mb-3",
    hide_label: bool = False,
    **attributes: Any,
) -> dict[str, Any]:
    """One field. Further arguments become attributes of the control: `placeholder=…`, `rows=8`, `data_draft=…`.

    Underscores in their names become hyphens.
    """
    return {
        "field": bound,
        "control": _control(bound, attributes, help or bound.help_text),
        "label": label or bound.label,
        "help": help or bound.help_text,
        "css": css,
        "hide_label": hide_label,
        "is_check": isinstance(bound.field.widget, forms.CheckboxInput),
        "is_group": isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)),
        "is_password": isinstance(bound.field.widget, forms.PasswordInput),
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


def _control(bound: BoundField, attributes: dict[str, Any], help_text: str) -> str:
    widget = bound.field.widget
    css = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "form-control")
    own = widget.attrs.get("class", "")
    described = []
    if help_text:
        described.append(f"{bound.auto_id}_help")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attrs = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    attrs["class"] = " ".join(part for part in (css, own, "is-invalid" if bound.errors else "") if part)
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)
