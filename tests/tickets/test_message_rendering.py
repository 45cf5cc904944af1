import time

import pytest

from tickets.message_rendering import rendered


def test_markdown_becomes_html():
    assert rendered("**now**\nand `then`") == "<p><strong>now</strong><br>\nand <code>then</code></p>\n"
    assert rendered("~~no~~") == "<p><s>no</s></p>\n"
    assert "<td>1</td>" in rendered("|a|b|\n|-|-|\n|1|2|")


def test_chinese_text_stays_as_it_is():
    assert rendered("打印机，无法连接") == "<p>打印机，无法连接</p>\n"


def test_fenced_code_keeps_its_language():
    assert rendered("```python\nx < 1\n```") == '<pre><code class="language-python">x &lt; 1\n</code></pre>\n'


def test_links_tell_nothing_and_give_no_credit():
    assert rendered("[a](https://vendor.example/x)") == (
        '<p><a href="https://vendor.example/x" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


def test_a_remote_image_becomes_a_link():
    assert "<img" not in rendered("![tracker](https://evil.example/t.png)")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example/"onmouseover=alert(1))',
        "<iframe src=//evil.example>",
        '```"onclick=alert(1)\nx\n```',
        '```x y" style="x\ncode\n```',
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<style>*{display:none}</style>",
        "<a href='javascript:alert(1)'>x</a>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_in_a_message_can_run(attack):
    import nh3

    html = rendered(attack)
    allowed = nh3.clean(
        html, link_rel="noopener noreferrer nofollow", attributes={"a": {"href", "title"}, "code": {"class"}}
    )
    assert html == allowed
    for live in (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<style",
        "<form",
        "<math",
        'href="javascript',
        'href="data',
        'href="vbscript',
    ):
        assert live not in html.lower()


@pytest.mark.parametrize("attack", ["[" * 20_000, "> " * 10_000, "*a **b " * 2_800, "![[]()" * 3_300, "`" * 20_000])
def test_a_hostile_message_is_rendered_quickly(attack):
    # What it takes of a processor, whoever else wants one.
    started = time.process_time()
    rendered(attack)
    assert time.process_time() - started < 5
