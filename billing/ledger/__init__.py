"""The double-entry ledger, revenue by the day, and the proof of both (spec page 3, section 3.8)."""
