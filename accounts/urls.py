"""Pages of people and organizations."""

from django.urls import path

from accounts import organization_views, views

app_name = "accounts"
urlpatterns = [
    path("account", views.SettingsPage.as_view(), name="settings"),
    path("account/preferences", views.PreferencesView.as_view(), name="preferences"),
    path("account/tokens", views.TokensPage.as_view(), name="tokens"),
    path("account/tokens/<int:number>/revoke", views.RevokeToken.as_view(), name="revoke_token"),
    path("organizations/new", views.NewOrganizationPage.as_view(), name="new_organization"),
    path("organizations/new/address", views.AddressFragment.as_view(), name="suggest_address"),
    path("invitations/<token>", views.InvitationPage.as_view(), name="invitation"),
    path("invitations/own/<int:number>/accept", views.AcceptOwnInvitation.as_view(), name="accept_own"),
    path("o/<slug:slug>/members", organization_views.MembersPage.as_view(), name="members"),
    path("o/<slug:slug>/members/hand-over", organization_views.HandOver.as_view(), name="hand_over"),
    path("o/<slug:slug>/members/<email>/role", organization_views.MemberRole.as_view(), name="member_role"),
    path("o/<slug:slug>/members/<email>/remove", organization_views.RemoveMember.as_view(), name="remove_member"),
    path("o/<slug:slug>/members/<email>/resend", organization_views.ResendInvitation.as_view(), name="resend"),
    path("o/<slug:slug>/members/<email>/revoke", organization_views.RevokeInvitation.as_view(), name="revoke"),
    path("o/<slug:slug>/leave", organization_views.LeavePage.as_view(), name="leave"),
    path("o/<slug:slug>/settings", organization_views.OrganizationSettingsPage.as_view(), name="organization_settings"),
    path("o/<slug:slug>/end-customers", organization_views.EndCustomersPage.as_view(), name="end_customers"),
    path("o/<slug:slug>/end-customers/<int:number>", organization_views.EndCustomerPage.as_view(), name="end_customer"),
    path("o/<slug:slug>/audit", organization_views.AuditPage.as_view(), name="audit"),
    path("desk/organizations", organization_views.OrganizationsPage.as_view(), name="organizations"),
]
