"""The composition root: settings, addresses, Celery, servers, health."""
