"""What things cost: pure rules of prices, days, brackets and tax (spec page 3)."""
