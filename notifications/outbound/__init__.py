"""Sending what happened to addresses outside: one way to guard, send, retry and log it, for webhooks and IM robots."""
