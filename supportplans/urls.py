"""Pages."""

from django.urls import path

from supportplans import override_views, views

app_name = "supportplans"
urlpatterns = [
    path("plans", views.PlansPage.as_view(), name="plans"),
    path("o/<slug:slug>/plan", views.PlanPage.as_view(), name="plan"),
    path("o/<slug:slug>/plan/auto-renew", views.AutoRenewPage.as_view(), name="auto-renew"),
    path("desk/organizations/<slug:slug>/overrides", override_views.OverridesPage.as_view(), name="overrides"),
]
