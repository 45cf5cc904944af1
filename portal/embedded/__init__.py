"""Real servers from PyPI wheels, run as plain child processes: PostgreSQL and Valkey without root or Docker.

Nothing here imports Django or the portal's settings: it runs before settings are read.
"""
