"""Monthly service reports for organizations whose plan includes them (spec page 6.2)."""
