"""Addresses of the customers' part of the workspace, below /agent/."""

from django.urls import include, path

app_name = "customers"

urlpatterns = [
    path("", include("customers.views.bulk.urls")),
    path("contacts/", include("customers.views.contacts.urls")),
    path("contacts/", include("customers.views.leaving.urls")),
    path("accounts/", include("customers.views.accounts.urls")),
    path("accounts/<int:pk>/", include("customers.views.associations.urls")),
    path("accounts/<int:pk>/", include("customers.views.relationships.urls")),
    path("", include("customers.views.imports.urls")),
    path("", include("customers.views.merging.urls")),
    path("", include("customers.views.lists.urls")),
    path("", include("customers.views.health.urls")),
]
