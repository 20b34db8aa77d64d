"""Addresses of an account's relationships, below /agent/accounts/<id>/."""

from django.urls import path

from customers.views import links

urlpatterns = [
    path("relationships/", links.AccountLinksView.as_view(), name="account_links"),
    path("relationships/new/", links.NewLinkView.as_view(), name="link_create"),
    path("relationships/delete/", links.DeleteLinksView.as_view(), name="link_delete"),
    path("acting/", links.AccountActingView.as_view(), name="account_acting"),
    path("acting/new/", links.NewActingView.as_view(), name="acting_create"),
    path("acting/delete/", links.DeleteActingView.as_view(), name="acting_delete"),
]
