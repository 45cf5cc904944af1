"""Pages."""

from django.urls import path

from supportplans import views

app_name = "supportplans"
urlpatterns = [
    path("plans", views.PlansPage.as_view(), name="plans"),
    path("o/<slug:slug>/plan", views.PlanPage.as_view(), name="plan"),
    path("o/<slug:slug>/plan/auto-renew", views.AutoRenewPage.as_view(), name="auto-renew"),
]
