"""Bookings as the staff see them: calendar, preparation, duty roster, patrol log, capacity (spec page 5.3)."""
