"""Pages: what organizations see of their tickets, and the support desk."""

from tickets import customer_urls, desk_urls, search_urls
from tickets.compliance import urls as compliance_urls

app_name = "tickets"
urlpatterns = [
    *customer_urls.patterns,
    *desk_urls.patterns,
    *search_urls.patterns,
    *compliance_urls.customer_patterns,
    *compliance_urls.desk_patterns,
]
