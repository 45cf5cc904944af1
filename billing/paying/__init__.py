"""Payments and what gateways say of them, stored methods, transfers, held money (spec page 3, sections 3.3 and 3.8)."""
