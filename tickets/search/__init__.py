"""Full-text search over tickets (spec page 4.7): the words of each, kept as it is written; looking through them."""
