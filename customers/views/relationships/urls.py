"""Addresses of an account's relationships, below /agent/accounts/<id>/."""

from django.urls import path

from customers.views.relationships import views

urlpatterns = [
    path("relationships/", views.AccountLinksView.as_view(), name="account_links"),
    path("relationships/new/", views.NewLinkView.as_view(), name="link_create"),
    path("relationships/delete/", views.DeleteLinksView.as_view(), name="link_delete"),
    path("acting/", views.AccountActingView.as_view(), name="account_acting"),
    path("acting/new/", views.NewActingView.as_view(), name="acting_create"),
    path("acting/delete/", views.DeleteActingView.as_view(), name="acting_delete"),
]
