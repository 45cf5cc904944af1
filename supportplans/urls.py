"""Pages."""

from django.urls import path

from supportplans import override_views, provisioning_views, support_team_view, views

app_name = "supportplans"
urlpatterns = [
    path("plans", views.PlansPage.as_view(), name="plans"),
    path("o/<slug:slug>/plan", views.PlanPage.as_view(), name="plan"),
    path("o/<slug:slug>/plan/auto-renew", views.AutoRenewPage.as_view(), name="auto-renew"),
    path("o/<slug:slug>/support-team", support_team_view.SupportTeamPage.as_view(), name="support-team"),
    path("desk/provisioning", provisioning_views.ProvisioningPage.as_view(), name="provisioning"),
    path("desk/provisioning/<str:number>", provisioning_views.TaskPage.as_view(), name="provisioning-task"),
    path(
        "desk/provisioning/<str:number>/take-back",
        provisioning_views.TakeBackPage.as_view(),
        name="provisioning-take-back",
    ),
    path(
        "desk/provisioning/<str:number>/take-down",
        provisioning_views.TakeDownPage.as_view(),
        name="provisioning-take-down",
    ),
    path("desk/organizations/<slug:slug>/overrides", override_views.OverridesPage.as_view(), name="overrides"),
]
