"""`make messages` finds every text of a page, and `make lint` sees which are not translated."""

import importlib.util
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def messages(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts/messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def text(messages, words: str, *, plural: str = "", context: str = ""):
    return messages.Text(context, words, plural)


def test_texts_in_python_are_found_with_context_and_plural(messages, tmp_path):
    source = tmp_path / "pages.py"
    source.write_text(
        "a = _('Plain')\nb = ngettext('%(n)s day', '%(n)s days', n)\nc = pgettext('verb', 'Order')\nd = _(variable)\n"
    )
    assert set(messages.in_python(source)) == {
        text(messages, "Plain"),
        text(messages, "%(n)s day", plural="%(n)s days"),
        text(messages, "Order", context="verb"),
    }


def test_an_f_string_that_is_to_be_translated_is_refused(messages, tmp_path):
    source = tmp_path / "pages.py"
    source.write_text("\n_(f'{count} tickets')\n")
    with pytest.raises(SystemExit, match=r"pages\.py:2: an f-string cannot be translated"):
        list(messages.in_python(source))


def test_texts_in_templates_are_found_as_django_looks_them_up(messages, tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}{% if a %}{% translate "50% used" %}{% endif %}{% include "x.html" with title=_("Title") %}'
        "{% blocktranslate trimmed count n=days %}\n  {{ n }} day\n{% plural %}\n  {{ n }} days\n{% endblocktranslate %}"
    )
    assert set(messages.in_template(template)) == {
        text(messages, "50%% used"),
        text(messages, "Title"),
        text(messages, "%(n)s day", plural="%(n)s days"),
    }


def test_collecting_keeps_translations_drops_what_is_gone_and_keeps_what_is_marked(messages, tmp_path):
    book = messages.catalogue("zh_Hans")
    book.append(polib.POEntry(msgid="Ticket", msgstr="工单"))
    book.append(polib.POEntry(msgid="Gone", msgstr="没有了"))
    book.append(polib.POEntry(msgid="Return to site", msgstr="返回网站", tcomment="kept: django-unfold"))
    book.save()
    messages.update("zh_Hans", {text(messages, "Ticket"): ["a.py"], text(messages, "New"): ["b.py"]})
    after = {entry.msgid: entry.msgstr for entry in messages.catalogue("zh_Hans")}
    assert after == {"New": "", "Return to site": "返回网站", "Ticket": "工单"}


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("还有 %(n)s 张", None),
        ("", "a.py: not translated: '%(n)s left'"),
        ("还有几张", "a.py: other placeholders than in '%(n)s left'"),
    ],
)
def test_a_reader_misses_nothing_and_no_placeholder_is_lost(messages, translation, fault):
    book = messages.catalogue("zh_Hans")
    book.append(polib.POEntry(msgid="%(n)s left", msgstr=translation))
    book.save()
    assert messages.faults("zh_Hans", {text(messages, "%(n)s left"): ["a.py"]}) == ([fault] if fault else [])
