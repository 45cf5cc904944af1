"""Invoices, credit notes, refunds, their numbers and PDFs (spec page 3, section 3.8)."""
