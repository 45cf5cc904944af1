"""What the page frames need, `{% load portal_page %}`: navigation, rights, theme, live channels."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from common import live

register = template.Library()

THEMES = ("auto", "light", "dark")


@register.filter
def may(reach: Any, right: str) -> bool:
    """`{% if reach|may:"members:W" %}`: whether the person's role has the right in this organization."""
    area, _, access = right.partition(":")
    return bool(reach) and reach.may(area, access or "R")


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """auto, light or dark: the person's choice, or a stranger's cookie."""
    request = context.get("request")
    person = getattr(request, "user", None)
    chosen = getattr(person, "theme", "") or (request.COOKIES.get("theme", "") if request else "")
    return chosen if chosen in THEMES else "auto"


@register.simple_tag(takes_context=True)
def live_url(context: template.Context) -> str:
    """Where this page listens for changes: the view's `live_channels` and the person's own; '' for strangers."""
    person = getattr(context.get("request"), "user", None)
    if person is None or not person.is_authenticated:
        return ""
    channels = [*(context.get("live_channels") or []), f"person:{person.pk}"]
    return f"/events?{urlencode({'s': live.subscription(*channels)})}"


@register.inclusion_tag("components/_nav_link.html", takes_context=True)
def nav_link(
    context: template.Context,
    view: str,
    label: str,
    icon: str,
    slug: str = "",
    exact: bool = False,
    under: str = "",
    key: str = "",
    in_menu: bool = False,
) -> dict[str, Any]:
    """A link of the navigation, marked where the reader is in it; nothing while the page does not exist.

    The reader is in it on its address and below; with `exact` only on it, or below `under`. `in_menu`: as an item of
    a menu that opens.
    """
    try:
        url = reverse(view, kwargs={"slug": slug} if slug else None)
    except NoReverseMatch:
        url = ""
    path = getattr(context.get("request"), "path", "")
    below = bool(under) and path.startswith(under)
    active = bool(url) and (path == url or below or (not exact and path.startswith(url)))
    return {"url": url, "label": label, "icon": icon, "active": active, "key": key, "in_menu": in_menu}


class CaptureNode(template.Node):
    """Holds a block's output, so that a page's title can stand in <title> and in its heading."""

    def __init__(self, name: str, inside: NodeList) -> None:
        self.name, self.inside = name, inside

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(self.inside.render(context).strip())  # noqa: S308
        return mark_safe("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}` then `{{ name }}`."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("capture takes one name")
    inside = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(parts[1], inside)
