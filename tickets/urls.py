"""Pages: what organizations see of their tickets, and the support desk."""

from tickets import customer_urls, desk_urls, search_urls

app_name = "tickets"
urlpatterns = [*customer_urls.patterns, *desk_urls.patterns, *search_urls.patterns]
