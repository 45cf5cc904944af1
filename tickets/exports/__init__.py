"""What an organization takes with it of its tickets (spec page 4.5): the list as CSV, a conversation as PDF."""
