"""Puts our admin site in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class HelpdeskAdminConfig(AdminConfig):
    default_site = "helpdesk.core.admin.site.HelpdeskAdminSite"
