"""From a wish to a plan that is paid for: choices, quotes, orders, fulfilment, renewals (spec page 3, section 3.3)."""
