"""Pages: advisories for organizations, for the staff, and the public status."""

from care.advisories import page_urls as advisories

app_name = "care"
urlpatterns = [*advisories.patterns]
