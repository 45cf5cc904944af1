"""Months settled: fees, documents, charges, reminders, suspension (spec page 3, sections 3.6 and 3.7)."""
