"""API paths."""

from django.urls import path

from supportplans import api, provisioning_api

urlpatterns = [
    path("catalogue", api.CatalogueView.as_view(), name="api-catalogue"),
    path("orgs/<slug:slug>/subscription", api.SubscriptionView.as_view(), name="api-subscription"),
    path("desk/orgs/<slug:slug>/overrides", api.OverridesView.as_view(), name="api-overrides"),
    path("orgs/<slug:slug>/support-team", provisioning_api.SupportTeamView.as_view(), name="api-support-team"),
    path("desk/provisioning", provisioning_api.ProvisioningView.as_view(), name="api-provisioning"),
    path(
        "desk/provisioning/<str:number>", provisioning_api.ProvisioningTaskView.as_view(), name="api-provisioning-task"
    ),
    path("desk/provisioning/<str:number>/complete", provisioning_api.CompleteView.as_view()),
    path("desk/provisioning/<str:number>/take-back", provisioning_api.TakeBackView.as_view()),
    path("desk/provisioning/<str:number>/take-down", provisioning_api.TakeDownView.as_view()),
    path("desk/orgs/<slug:slug>/tam-notes", provisioning_api.NotesView.as_view(), name="api-tam-notes"),
    path("desk/orgs/<slug:slug>/tam-notes/<str:number>", provisioning_api.NoteView.as_view(), name="api-tam-note"),
    path("desk/orgs/<slug:slug>/tam-notes/<str:number>/followed-up", provisioning_api.NoteDoneView.as_view()),
    path("operator/catalogue", api.OperatorCatalogueView.as_view(), name="api-operator-catalogue"),
]
