"""Every address of the product, by app."""

from django.contrib import admin
from django.urls import include, path

handler400 = "helpdesk.core.web.views.bad_request"
handler403 = "helpdesk.core.web.views.permission_denied"
handler404 = "helpdesk.core.web.views.page_not_found"
handler500 = "helpdesk.core.web.views.server_error"

urlpatterns = [
    path("", include("helpdesk.core.web.urls")),
    path("", include("helpdesk.sign_in.urls")),
    path("admin/", admin.site.urls),
    path("auth/", include("helpdesk.sign_in.auth_urls")),
    path("agent/background/events/", include("helpdesk.events.urls")),
    path("agent/background/", include("helpdesk.outbox.urls")),
    path("agent/exports/", include("helpdesk.exports.urls")),
    path("agent/", include("customers.urls")),
    path("agent/contacts/<int:pk>/help-center/", include("portal.urls_looking")),
    path("", include("tickets.urls")),
    path("", include("portal.urls")),
]
