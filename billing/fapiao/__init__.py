"""Fapiao: asked for by organizations, worked off by billing operators (spec page 3, section 3.8)."""
