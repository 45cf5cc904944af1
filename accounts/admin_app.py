"""django.contrib.admin with the portal's own site; apart from it, since apps are listed before models exist."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Installed in place of django.contrib.admin."""

    default_site = "accounts.admin_site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from allauth.account.models import EmailAddress, EmailConfirmation
        from django.contrib import admin
        from django.contrib.auth.models import Group

        # Rights come from the table of roles, mailboxes are proven by their owners: neither is edited here.
        for model in (Group, EmailAddress, EmailConfirmation):
            if admin.site.is_registered(model):
                admin.site.unregister(model)
