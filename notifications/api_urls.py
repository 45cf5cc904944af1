"""API paths."""

urlpatterns: list = []
