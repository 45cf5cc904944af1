"""What only the desk works with."""
