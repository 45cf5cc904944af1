"""The template tags of `{% load portal %}`: what they draw, what they escape, and that no style or script is inline."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from common import clock, labels
from common.templatetags.portal import initials

NOON = datetime(2026, 11, 22, 4, 39, 5, tzinfo=UTC)
STRANGER = SimpleNamespace(is_authenticated=False)


@pytest.fixture(autouse=True)
def _english_at_noon(settings):
    settings.PORTAL_TEST_CLOCK = ""
    with translation.override("en"), clock.at(NOON):
        yield


def draw(source: str, path: str = "/", user=STRANGER, cookies=None, **context) -> str:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies or {})
    html = Template("{% load portal %}" + source).render(Context({"request": request, **context}))
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html), "inline style or handler"
    assert "<script>" not in html
    return re.sub(r"\s+", " ", html).strip()


# ---- icons and badges ----


def test_an_icon_without_a_label_is_hidden_from_screen_readers():
    assert draw('{% icon "bell" %}') == (
        '<svg class="icon " width="20" height="20" focusable="false" aria-hidden="true">'
        '<use href="/static/vendor/icons.svg#bell"></use></svg>'
    )


def test_an_icon_with_a_label_speaks():
    html = draw('{% icon "star" label="Favourite" filled=True %}')
    assert 'role="img" aria-label="Favourite"' in html
    assert "#star-filled" in html


def test_text_in_tags_is_escaped():
    assert "<b>" not in draw("{% avatar name %}{% status_badge name %}{% severity_badge name %}", name="<b>x")
    assert "&lt;b&gt;" in draw("{% tier_badge name rank=1 %}", name="<b>")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada Lovelace", "AL"), ("mei", "M"), ("li.na", "LN"), ("王小明", "王"), ("", "?"), ("Ana Maria de Sá", "A")],
)
def test_initials(name, shown):
    assert initials(name) == shown


def test_an_avatar_takes_people_and_names():
    person = SimpleNamespace(display_name=lambda: "Ada Lovelace")
    assert draw("{% avatar person %}", person=person) == draw('{% avatar "Ada Lovelace" %}')


def test_every_severity_has_words_and_bars():
    for code, look in labels.SEVERITIES.items():
        html = draw("{% severity_badge code %}", code=code)
        assert str(look.label) in html
        assert html.count("bar-on") == min(look.level, 4)


def test_an_unknown_code_is_shown_in_grey():
    html = draw('{% status_badge "on_the_moon" %}')
    assert "On the moon" in html
    assert "status-secondary" in html


def test_waiting_speaks_to_the_reader():
    assert "Waiting for you" in draw('{% status_badge "waiting_customer" %}', path="/o/acme/tickets")
    assert "Waiting for customer" in draw('{% status_badge "waiting_customer" %}', path="/desk/queue")


def test_a_tier_is_named_in_the_readers_language():
    tier = SimpleNamespace(name={"en": "Premium", "zh": "高级版"}, rank=2)
    assert "Premium" in draw("{% tier_badge tier %}", tier=tier)
    with translation.override("zh-hans"):
        assert "高级版" in draw("{% tier_badge tier %}", tier=tier)


# ---- money and times ----


@pytest.mark.parametrize(
    ("amount", "shown"), [(Decimal("1234.5"), "¥1,234.50"), (Decimal("-0.01"), "-¥0.01"), (None, "–")]
)
def test_money_has_two_decimals(amount, shown):
    assert draw("{{ amount|money }}", amount=amount) == shown
    assert draw("{% money amount %}", amount=amount) == shown


def test_a_moment_carries_its_machine_form_and_its_full_form():
    assert draw("{% when at %}", at=NOON) == (
        '<time datetime="2026-11-22T12:39:05+08:00" title="Sunday 22 November 2026, 12:39:05 Beijing time" '
        'data-when="moment" data-day="22 Nov 2026">22 Nov 2026, 12:39</time>'
    )


def test_when_takes_dates_and_nothing():
    assert draw("{% when at %}", at=NOON.date()) == '<time datetime="2026-11-22">22 Nov 2026</time>'
    assert draw("{% when at %}", at=None) == "–"
    assert ">3 h ago</time>" in draw('{% when at "relative" %}', at=NOON - timedelta(hours=3))


def test_a_countdown_tells_its_state_and_its_times():
    html = draw("{% countdown due started %}", due=NOON + timedelta(minutes=134), started=NOON - timedelta(minutes=46))
    assert 'class="countdown countdown-calm"' in html
    assert 'data-due="2026-11-22T14:53:05+08:00" data-started="2026-11-22T11:53:05+08:00"' in html
    assert html.endswith(">in 2 h 14 min</time>")


def test_a_missed_due_time_is_overdue():
    html = draw("{% countdown due %}", due=NOON - timedelta(minutes=5))
    assert "countdown-overdue" in html
    assert html.endswith(">overdue by 5 min</time>")


def test_with_a_test_clock_a_countdown_brings_the_portals_now(settings):
    assert "data-now" not in draw("{% countdown due %}", due=NOON)
    settings.PORTAL_TEST_CLOCK = "1"
    assert 'data-now="2026-11-22T12:39:05.000+08:00"' in draw("{% countdown due %}", due=NOON)


def test_no_due_time_is_said_in_words():
    assert "no deadline" in draw("{% countdown None %}")


def test_the_page_knows_the_portals_now():
    assert draw("{% portal_now %}") == "2026-11-22T12:39:05.000+08:00"


def test_the_script_gets_the_same_patterns():
    html = draw("{% reading_texts %}")
    assert 'data-hours-minutes="%(hours)s h %(minutes)s min"' in html
    assert 'data-overdue="overdue by %(span)s"' in html


@pytest.mark.parametrize(("count", "shown"), [(10, "10 min"), (180, "3 h"), (None, "–")])
def test_targets_are_spans(count, shown):
    assert draw("{{ count|minutes }}", count=count) == shown


# ---- pictures ----


def test_a_gauge_shows_what_is_left():
    html = draw('{% gauge 12 30 label="Technical tickets" %}')
    assert 'aria-label="Technical tickets: 18 of 30 left"' in html
    assert 'stroke-dasharray="60 200"' in html
    assert "gauge-calm" in html


@pytest.mark.parametrize(("used", "state"), [(23, "calm"), (24, "urgent"), (30, "overdue"), (31, "overdue")])
def test_a_gauge_turns_urgent_at_eighty_percent(used, state):
    assert f"gauge-{state}" in draw("{% gauge used 30 %}", used=used)


def test_an_overdrawn_gauge_never_shows_less_than_nothing():
    assert ">0</text>" in draw("{% gauge 31 30 %}")


def test_unlimited_and_not_included_are_said():
    assert "unlimited, 1,204 used" in draw('{% gauge 1204 None label="Tickets" %}')
    assert "Tickets: not included" in draw('{% gauge 0 0 label="Tickets" %}')


def test_progress_stays_within_its_bar():
    assert 'value="82" max="100" aria-label="Days"' in draw('{% progress 82 100 label="Days" %}')
    assert 'value="100"' in draw("{% progress 7 5 %}")
    assert 'value="0"' in draw("{% progress 3 0 %}")


def test_an_empty_state_says_what_to_do():
    html = draw('{% empty_state icon="inbox" title="No tickets yet" action_url="/new" action_label="File one" %}')
    assert "No tickets yet" in html
    assert '<a class="btn btn-primary" href="/new">' in html


def test_pages_of_a_list_show_only_where_there_are_more():
    assert draw("{% pagination None None %}") == ""
    html = draw('{% pagination "?cursor=b" "?cursor=a" %}')
    assert 'href="?cursor=b" rel="next"' in html
    assert 'href="?cursor=a" rel="prev"' in html


# ---- forms ----


class Sample(forms.Form):
    subject = forms.CharField(help_text="One sentence.")
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")


def test_a_field_ties_label_help_and_error_to_its_control():
    html = draw('{% field form.subject placeholder="Short" %}', form=Sample({}))
    assert '<label class="form-label required" for="id_subject">Subject</label>' in html
    assert 'aria-describedby="id_subject_error id_subject_help"' in html
    assert 'aria-invalid="true"' in html
    assert 'placeholder="Short"' in html
    assert 'id="id_subject_error"' in html
    assert 'id="id_subject_help">One sentence.' in html


def test_a_field_without_errors_is_described_by_its_help_alone():
    html = draw("{% field form.subject %}", form=Sample())
    assert 'aria-describedby="id_subject_help"' in html
    assert "aria-invalid" not in html


def test_choices_are_a_group_with_a_legend():
    html = draw("{% field form.kind %}", form=Sample({"kind": "b"}))
    assert "<fieldset><legend" in html
    assert html.count('class="form-check-input"') == 2
    assert 'value="b" class="form-check-input" id="id_kind_1" required checked' in html


def test_a_whole_form_says_that_something_is_wrong():
    html = draw("{% form_fields form %}", form=Sample({}))
    assert 'role="alert"' in html
    assert "What you typed is still here." in html
    assert html.count("This field is required.") == 3


def test_each_form_gets_its_own_key():
    keys = re.findall(r'name="idempotency_key" value="([^"]+)"', draw("{% idempotency_key %}{% idempotency_key %}"))
    assert len({UUID(key) for key in keys}) == 2


# ---- page frames ----


@pytest.mark.parametrize(
    ("user", "cookies", "chosen"),
    [
        (STRANGER, {}, "auto"),
        (STRANGER, {"theme": "dark"}, "dark"),
        (STRANGER, {"theme": '"><script>'}, "auto"),
        (SimpleNamespace(is_authenticated=True, theme="light"), {"theme": "dark"}, "light"),
    ],
)
def test_the_theme_is_the_persons_or_the_strangers_cookie(user, cookies, chosen):
    assert draw("{% theme %}", user=user, cookies=cookies) == chosen


def test_strangers_hear_nothing():
    assert draw("{% live_url %}", live_channels=["org:1"]) == ""


def test_a_person_hears_the_pages_channels_and_their_own():
    from common import live

    html = draw("{% live_url %}", user=SimpleNamespace(is_authenticated=True, pk=7), live_channels=["ticket:3"])
    assert html.startswith("/events?s=")
    assert live.channels_of(html.removeprefix("/events?s=").replace("%3A", ":")) == ["ticket:3", "person:7"]


def test_rights_come_from_the_reach():
    reach = SimpleNamespace(may=lambda area, access: (area, access) == ("members", "W"))
    assert (
        draw('{% if reach|may:"members:W" %}yes{% endif %}{% if reach|may:"orders" %}no{% endif %}', reach=reach)
        == "yes"
    )
    assert draw('{% if reach|may:"members:W" %}yes{% endif %}', reach=None) == ""


def test_a_link_to_a_page_that_does_not_exist_is_left_out():
    assert draw('{% nav_link "nowhere:list" "Nowhere" "home" %}') == ""


def test_the_link_of_the_current_page_is_marked():
    html = draw('{% nav_link "account_login" "Sign in" "key" %}', path="/accounts/login/")
    assert 'aria-current="page"' in html
    assert "aria-current" not in draw('{% nav_link "account_login" "Sign in" "key" %}', path="/")


def test_a_link_can_count_other_pages_as_its_own():
    source = '{% nav_link "portal:welcome" "Start" "home" exact=True under="/desk/tickets" %}'
    assert "aria-current" in draw(source, path="/")
    assert "aria-current" in draw(source, path="/desk/tickets/T-1")
    assert "aria-current" not in draw(source, path="/desk/organizations")


def test_captured_text_can_stand_twice():
    assert draw("{% capture title %} <b>x</b> {% endcapture %}{{ title }}|{{ title }}") == "<b>x</b>|<b>x</b>"
