"""Webhooks: an organization's own systems are told what happens in it (spec page 4.6)."""
