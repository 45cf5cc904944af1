"""Invoices and credit notes as PDF: what they say, in whose language, and that no text of people is markup."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.test import override_settings
from django.utils import translation

from accounts.models import Organization
from billing import access
from billing.invoices import documents
from billing.models import Invoice
from common import tenancy
from tests import cast
from tests.billing.documents_on_record import ISSUED, NOVEMBER, credit, line, put

TODAY = ISSUED.date()
PACK = {"tickets": 10, "price": "1000.00"}


def read(invoice: Invoice, language: str = "en", today: date = TODAY) -> list[str]:
    """The text of its pages, each line joined to the next."""
    with tenancy.everything(), translation.override(language):
        pdf = documents.invoice_pdf(access.invoice_named(invoice.organization, invoice.number), today)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def whole(invoice: Invoice, language: str = "en", today: date = TODAY) -> str:
    return "\n".join(read(invoice, language, today))


def test_an_invoice_names_seller_customer_lines_periods_and_the_tax_inside(people):
    invoice = put(people.acme, line("700.00", starts_on=NOVEMBER[0], ends_on=NOVEMBER[1]), line("-50.00"))
    text = whole(invoice)
    for words in (
        "Invoice",
        "INV-2026-000001",
        "Support Plans Co., Ltd.",
        "91110000000000000X",
        "Acme",
        "support@acme.example",
        "Issued 22 Nov 2026",
        "Base support fee: Business, one year",
        "1 Nov 2026 – 30 Nov 2026",
        "¥700.00",
        "-¥50.00",
        "Net amount ¥613.21",
        "6 % VAT ¥36.79",
        "Total, VAT included ¥650.00",
        "Paid -¥650.00",
        "To pay ¥0.00",
        "Page 1 of 1",
    ):
        assert words in text, (words, text)


def test_a_line_says_how_it_was_computed(people):
    facts = {"price": "1200000.00"} | {"tickets": 10}
    invoice = put(people.acme, line("848219.18", "ticket_pack", facts, days=258, of_days=365))
    assert "¥1,200,000.00 × 258 / 365 days" in whole(invoice)


def test_it_is_written_in_the_readers_language(people):
    text = whole(put(people.acme, line("700.00", starts_on=NOVEMBER[0], ends_on=NOVEMBER[1])), "zh-hans")
    assert "2026年11月22日" in text
    assert "基础支持费" in text
    assert "商业级" in text
    assert "Base support fee" not in text


def test_an_open_invoice_says_by_when_to_pay(people):
    invoice = put(people.acme, line("700.00"), status="open", due_on=date(2026, 12, 2))
    text = whole(invoice)
    assert "Due 2 Dec 2026" in text
    assert "To pay ¥700.00" in text
    assert "Please pay by 2 Dec 2026" in text
    assert "Paid" not in text


def test_a_credit_note_names_its_invoice_and_the_invoice_its_credit_note(people):
    invoice = put(people.acme, line("700.00"))
    note = credit(invoice, "233.33", code="base_fee")
    with tenancy.everything():
        Invoice.objects.filter(pk=note.pk).update(tax_included=Decimal("-13.21"))
    text = whole(note)
    assert "Credit note" in text
    assert "Credits INV-2026-000001" in text
    assert "Total, VAT included -¥233.33" in text
    assert "6 % VAT -¥13.21" in text
    assert "This credit note credits invoice INV-2026-000001 of 22 Nov 2026" in text
    assert "fapiao" not in text
    text = whole(invoice)
    assert "Credited by CN-2026-000001 -¥233.33" in text
    assert "Refunded ¥233.33" in text
    assert "To pay ¥0.00" in text


@override_settings(
    SELLER={"name": "Nimbus Ltd", "address": "2 Cloud Street", "taxpayer_number": "91440000AB", "email": "a@b.example"}
)
def test_the_seller_is_a_setting(people):
    text = whole(put(people.acme, line("700.00")))
    assert "Nimbus Ltd" in text
    assert "91440000AB" in text


@pytest.mark.parametrize(
    "name",
    [
        '#panic("no") #read("/etc/passwd") $x$ *b* _i_ `c` // ] } = - @a <b> \\n',
        '"}); #import "/portal/settings.py"',
        "控制字符\x01\x1b\u202e和表情😀𠀀",
        "W" * 120,
        " ",
    ],
)
def test_names_are_printed_and_never_run(people, name):
    """Not markup, not code, not too wide for the page, and readable where the font has no sign for them."""
    Organization.objects.filter(pk=people.acme.pk).update(name=name)
    people.acme.refresh_from_db()
    text = whole(put(people.acme, line("700.00"), number="INV-2026-000009"))
    assert "INV-2026-000009" in text
    printable = "".join(letter for letter in name if " " < letter < "\x7f")
    assert printable in text.replace("\u200b", "").replace("\n", "").replace(" ", "")


def test_a_long_invoice_repeats_its_head_and_counts_its_pages(people):
    lines = [line("10.00", "ticket_pack", PACK | {"tickets": n}) for n in range(60)]
    pages = read(put(people.acme, *lines))
    assert len(pages) >= 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Line Period Amount" in text
    assert sum(text.count("ticket pack") for text in pages) == 60
    assert "Total, VAT included ¥600.00" in pages[-1]


def test_the_same_invoice_gives_the_same_file(people):
    invoice = put(people.acme, line("700.00"))
    with tenancy.everything():
        again = access.invoice_named(people.acme, invoice.number)
        assert documents.invoice_pdf(again, TODAY) == documents.invoice_pdf(again, TODAY)


@pytest.mark.parametrize("address", ["/api/v1/orgs/acme/invoices/{}.pdf", "/o/acme/invoices/{}.pdf"])
def test_page_and_api_hand_out_the_file(people, address):
    invoice = put(people.acme, line("700.00"))
    browser = cast.browser_of(people.billing) if address.startswith("/o/") else cast.client_of(people.billing)
    answer = browser.get(address.format(invoice.number), HTTP_ACCEPT="application/pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="INV-2026-000001.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert "INV-2026-000001" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_the_browsers_viewer_is_not_kept_from_drawing_it(people):
    invoice = put(people.acme, line("700.00"))
    browser = cast.browser_of(people.owner)
    assert "Content-Security-Policy" not in browser.get(f"/o/acme/invoices/{invoice.number}.pdf").headers
    assert "Content-Security-Policy" in browser.get(f"/o/acme/invoices/{invoice.number}").headers
    assert "Content-Security-Policy" in browser.get("/o/acme/invoices/INV-2026-999999.pdf").headers


@pytest.mark.parametrize(
    ("who", "slug", "status"),
    [("viewer", "acme", 403), ("member", "acme", 403), ("outsider", "acme", 404), ("outsider", "orbit", 404)],
)
def test_others_do_not_get_it(people, who, slug, status):
    invoice = put(people.acme, line("700.00"))
    path = f"/api/v1/orgs/{slug}/invoices/{invoice.number}.pdf"
    answer = cast.client_of(getattr(people, who)).get(path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert cast.client_of(people.owner).get("/api/v1/orgs/acme/invoices/INV-2026-999999.pdf").status_code == 404
