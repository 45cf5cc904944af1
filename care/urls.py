"""Pages: advisories for organizations, for the staff, and the public status; monthly reports and their desk."""

from care.advisories import page_urls as advisories
from care.reports import page_urls as reports

app_name = "care"
urlpatterns = [*advisories.patterns, *reports.patterns]
