"""API paths of people and organizations, under /api/v1/."""

from django.urls import path

from accounts import api, operator_api

urlpatterns = [
    path("me", api.MeView.as_view(), name="api-me"),
    path("orgs", api.OrganizationsView.as_view(), name="api-orgs"),
    path("orgs/<str:slug>", api.OrganizationView.as_view(), name="api-org"),
    path("orgs/<str:slug>/members", api.MembersView.as_view(), name="api-members"),
    path("orgs/<str:slug>/members/<str:email>", api.MemberView.as_view(), name="api-member"),
    path("orgs/<str:slug>/tokens", api.TokensView.as_view(), name="api-tokens"),
    path("orgs/<str:slug>/tokens/<int:number>", api.TokenView.as_view(), name="api-token"),
    path("orgs/<str:slug>/end-customers", api.EndCustomersView.as_view(), name="api-end-customers"),
    path("orgs/<str:slug>/end-customers/<int:number>", api.EndCustomerView.as_view(), name="api-end-customer"),
    path("orgs/<str:slug>/audit", api.AuditView.as_view(), name="api-audit"),
    path("invitations/<str:token>/accept", api.InvitationView.as_view(), name="api-invitation"),
    path("operator/organizations", operator_api.OperatorOrganizationsView.as_view(), name="api-operator-orgs"),
    path(
        "operator/organizations/<str:slug>/disable",
        operator_api.DisableOrganizationView.as_view(),
        name="api-operator-org-disable",
    ),
    path(
        "operator/organizations/<str:slug>/enable",
        operator_api.EnableOrganizationView.as_view(),
        name="api-operator-org-enable",
    ),
    path("operator/calendar/<str:day>", operator_api.CalendarDayView.as_view(), name="api-operator-calendar"),
    path("operator/audit", operator_api.OperatorAuditView.as_view(), name="api-operator-audit"),
]
