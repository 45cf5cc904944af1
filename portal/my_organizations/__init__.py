"""The technical service manager's page: their organizations, drawn from every app, and what to do this week."""
