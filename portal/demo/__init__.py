"""What `make demo` starts with (spec page 7 'Demo data'): made through the same actions that people use."""
