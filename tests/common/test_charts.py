"""Charts as values, and as the page carries them: figures for the drawing and the same ones as a table."""

import json
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from common.charts import Chart, Level, Mark, Series

SPENDING = Chart(
    "Spending <i>in</i> November",
    ["1 Nov", "2 Nov"],
    [Series("On demand", [Decimal("1234.50"), None]), Series("Prepaid", [Decimal("-0.01"), 7])],
    unit="money",
    kind="bar",
    stacked=True,
    x_title="Day",
    level=Level("Budget", Decimal("5000.00")),
)


def drawn(chart: Chart, size: str = "") -> str:
    return Template("{% load portal %}{% chart chart size=size %}").render(Context({"chart": chart, "size": size}))


def data_of(html: str) -> dict:
    found = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def cells_of(html: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html)]


def test_the_page_carries_exact_figures():
    data = data_of(drawn(SPENDING))
    assert (data["kind"], data["stacked"], data["unit"], data["symbol"]) == ("bar", True, "money", "¥")
    assert data["series"] == [
        {"name": "On demand", "values": ["1234.50", None]},
        {"name": "Prepaid", "values": ["-0.01", 7]},
    ]
    assert data["level"] == {"name": "Budget", "value": "5000.00"}


def test_the_table_says_the_same():
    assert cells_of(drawn(SPENDING)) == [
        "Day", "On demand", "Prepaid", "Budget",
        "1 Nov", "¥1,234.50", "-¥0.01", "¥5,000.00",
        "2 Nov", "–", "¥7.00", "¥5,000.00",
    ]  # fmt: skip


def test_names_are_escaped_everywhere():
    evil = Chart("</script><b>", ["</script><b>"], [Series("</script><b>", [1])])
    html = drawn(evil)
    assert "<b>" not in html
    assert html.count("</script>") == 1
    assert data_of(html)["series"][0]["name"] == "</script><b>"


@pytest.mark.parametrize(
    ("unit", "value", "english", "chinese"),
    [
        ("money", Decimal("1234.5"), "¥1,234.50", "¥1,234.50"),
        ("count", 12345, "12,345", "12,345"),
        ("percent", Decimal("97.50"), "97.5 %", "97.5%"),
        ("percent", Decimal("100.00"), "100 %", "100%"),
        ("minutes", 134, "2 h 14 min", "2 小时 14 分钟"),
    ],
)
def test_figures_are_read_in_their_unit_and_language(unit, value, english, chinese):
    chart = Chart("Figures", ["x"], [Series("y", [value])], unit=unit)
    assert cells_of(drawn(chart))[-1] == english
    with override("zh-hans"):
        assert cells_of(drawn(chart))[-1] == chinese


def test_numbers_may_run_along_and_the_table_may_show_some():
    usage = [Decimal(10_000 * step) for step in range(5)]
    chart = Chart(
        "Fee",
        usage,
        [Series("Business", [x / 10 for x in usage])],
        unit="money",
        x_unit="money",
        mark=Mark("Your usage", Decimal("15000.00")),
        table_rows=[0, 4],
    )
    html = drawn(chart)
    assert data_of(html)["mark"] == {"name": "Your usage", "at": "15000.00"}
    assert len(data_of(html)["x"]) == 5
    assert cells_of(html)[2:] == ["¥0.00", "¥0.00", "¥40,000.00", "¥4,000.00"]


def test_without_figures_it_says_so_and_draws_nothing():
    html = drawn(Chart("Tickets", ["a", "b"], [Series("Filed", [None, None])]), "small")
    assert "No figures yet" in html
    assert "chart-small" in html
    assert "data-chart-plot" not in html


def test_a_chart_that_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="'Filed' has 1 values for 2 places"):
        Chart("Tickets", ["a", "b"], [Series("Filed", [1])])
    with pytest.raises(ValueError, match="1 to 6 series, not 7"):
        Chart("Tickets", ["a"], [Series(str(n), [1]) for n in range(7)])
    with pytest.raises(ValueError, match="1 to 6 series, not 0"):
        Chart("Tickets", ["a"], [])


def test_the_library_is_named_and_not_loaded_by_the_page():
    html = Template("{% load portal %}{% chart_scripts %}").render(Context())
    assert re.findall(r'src="([^"]*)"', html) == ["/static/js/charts.js"]
    assert 'data-library="/static/vendor/echarts.min.js"' in html


@pytest.mark.parametrize(("share", "read"), [("0.10", "10 %"), ("0.07", "7 %"), ("0.0025", "0.25 %"), ("0", "0 %")])
def test_a_share_is_read_as_a_percentage(share, read):
    assert Template("{% load portal %}{{ share|percent }}").render(Context({"share": Decimal(share)})) == read
