"""Pages of billing operators, `/desk/billing/…`."""
