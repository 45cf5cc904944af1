"""Page views of tickets: an organization's own (customer.py) and the desk's (desk.py)."""
