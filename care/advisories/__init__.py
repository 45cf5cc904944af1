"""Advisories: what the provider says first, whom it reaches, and what the TAM does about it (spec page 6.1)."""
