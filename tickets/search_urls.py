"""Paths of the staff's search over all tickets."""

from django.urls import path

from tickets import search_api
from tickets.views import search

patterns = [path("desk/search", search.SearchPage.as_view(), name="search")]
api_patterns = [path("desk/search", search_api.SearchView.as_view(), name="api-desk-search")]
