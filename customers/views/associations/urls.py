"""Addresses of the people of an account, below /agent/accounts/<id>/."""

from django.urls import path

from customers.views.associations import views

urlpatterns = [
    path("contacts/", views.AccountContactsView.as_view(), name="account_contacts"),
    path("contacts/associate/", views.AssociateView.as_view(), name="account_associate"),
    path(
        "contacts/<int:contact_pk>/remove/",
        views.DisassociateView.as_view(),
        name="account_disassociate",
    ),
    path("contacts/<int:contact_pk>/", views.PlaceView.as_view(), name="account_place"),
    path("requests/<int:request_pk>/accept/", views.request_accept, name="request_accept"),
    path("requests/<int:request_pk>/decline/", views.request_decline, name="request_decline"),
]
