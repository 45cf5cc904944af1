"""Pictures of the lead's page: what has a colour everywhere has it in them, too."""

from __future__ import annotations

import re

import pytest

from common import clock
from common.labels import SEVERITIES, severity_colour
from common.templatetags.portal import severity_badge
from supportplans import versions
from tests.architecture.guards import ROOT
from tests.tickets.conftest import NOON
from tickets.compliance import pictures
from tickets.compliance.desk_now import Lying, OnDesk

CHARTS = (ROOT / "static/css/charts.css").read_text("utf-8")


@pytest.fixture
def lying(plans) -> OnDesk:
    by_age = [dict.fromkeys(SEVERITIES, 1), {}, {}, {}, {}]
    return OnDesk(Lying(open=5), dict.fromkeys(SEVERITIES, Lying(open=1)), by_age)


def test_the_backlog_has_the_colours_of_the_badges(lying):
    with clock.at(NOON):
        chart = pictures.backlog(lying, versions.current(clock.today()))
    assert [series.colour for series in chart.series] == ["core-down", "red", "orange", "yellow", "azure"]
    for code in list(SEVERITIES)[1:]:
        assert f"bg-{severity_colour(code)}-lt" in severity_badge(code)


def test_what_is_late_is_red_and_what_is_answered_green(lying):
    with clock.at(NOON):
        chart = pictures.severities(lying, versions.current(clock.today()))
    assert [series.colour for series in chart.series] == ["overdue", "urgent", "calm", "good"]


def test_every_colour_by_name_stands_in_the_style_sheet(lying):
    with clock.at(NOON):
        catalogue = versions.current(clock.today())
        drawn = [pictures.backlog(lying, catalogue), pictures.severities(lying, catalogue)]
    known = set(re.findall(r"\.chart-colour-([\w-]+) \{", CHARTS))
    assert {series.colour for chart in drawn for series in chart.series} <= known
