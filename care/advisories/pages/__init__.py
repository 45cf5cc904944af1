"""Pages of advisories: the message centre, the public status, the staff's desk and the TAMs' tasks."""
