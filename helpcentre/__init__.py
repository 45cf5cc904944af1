"""Help articles in both languages: written by staff, read by everybody, offered while a ticket is written."""
