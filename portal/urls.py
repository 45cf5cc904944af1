"""All addresses of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import health, navigation, views
from portal.my_organizations import views as managers
from portal.organization_card import OrganizationCard

handler400 = "portal.problem_views.bad_request"
handler403 = "portal.problem_views.forbidden"
handler404 = "portal.problem_views.not_found"
handler429 = "portal.problem_views.throttled"
handler500 = "portal.problem_views.fault"

_NOTE = "desk/my-organizations/<slug:slug>/notes/<str:number>"
portal_patterns = (
    [
        path("", views.WelcomePage.as_view(), name="welcome"),
        path("home", views.HomeRedirect.as_view(), name="home"),
        path("home/organizations", navigation.OwnOrganizations.as_view(), name="own_organizations"),
        path("o/<slug:slug>/", views.OrganizationHome.as_view(), name="organization"),
        path("desk/organizations/<slug:slug>/card", OrganizationCard.as_view(), name="organization_card"),
        path("desk/my-organizations", managers.MyOrganizationsPage.as_view(), name="my_organizations"),
        path("desk/my-organizations/<slug:slug>", managers.MyOrganizationPage.as_view(), name="my_organization"),
        path(f"{_NOTE}/correct", managers.CorrectNote.as_view(), name="tam_note_correct"),
        path(f"{_NOTE}/follow-up", managers.MoveFollowUp.as_view(), name="tam_note_follow_up"),
        path(f"{_NOTE}/followed-up", managers.FollowedUp.as_view(), name="tam_note_followed_up"),
    ],
    "portal",
)

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("portal.api_urls")),
    path("", include(portal_patterns)),
    path("", include("accounts.urls")),
    path("", include("supportplans.urls")),
    path("", include("addons.urls")),
    path("", include("helpcentre.urls")),
    path("", include("tickets.urls")),
    path("", include("billing.urls")),
    path("", include("care.urls")),
    path("", include("notifications.urls")),
]
if not settings.PRODUCTION:
    urlpatterns += [path("gallery", views.GalleryPage.as_view(), name="gallery")]
