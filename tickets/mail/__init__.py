"""E-mail out and in (spec page 4.6): messages leave as letters, answers to them come back as messages."""
