"""Addresses of accounts, below /agent/accounts/."""

from django.urls import path

from customers.views.accounts import views
from customers.views.lists import exports

urlpatterns = [
    path("", views.AccountListView.as_view(), name="account_list"),
    path("export/", exports.AccountExportView.as_view(), name="account_export"),
    path("options/", views.account_options, name="account_options"),
    path("new/", views.AccountCreateView.as_view(), name="account_create"),
    path("<int:pk>/", views.AccountDetailView.as_view(), name="account_detail"),
    path("<int:pk>/edit/", views.AccountEditView.as_view(), name="account_edit"),
    path("<int:pk>/delete/", views.AccountDeleteView.as_view(), name="account_delete"),
    path("<int:pk>/children/", views.AccountChildrenView.as_view(), name="account_children"),
    path("<int:pk>/activity/", views.AccountActivityView.as_view(), name="account_activity"),
]
