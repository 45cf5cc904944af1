"""Cloud usage: its records, loads and days, and what is spent (spec page 3, section 3.5)."""
