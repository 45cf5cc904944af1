"""How well response targets were kept (spec page 4, section 4.5)."""
