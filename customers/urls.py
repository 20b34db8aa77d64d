"""Addresses of the customers' part of the workspace, below /agent/."""

from django.urls import include, path

from customers.views import accounts, cells, contacts, exports, methods, people, pins

app_name = "customers"

contact_urls = [
    path("", contacts.ContactListView.as_view(), name="contact_list"),
    path("export/", exports.ContactExportView.as_view(), name="contact_export"),
    path("new/", contacts.ContactCreateView.as_view(), name="contact_create"),
    path("pin/", pins.PinLookUpView.as_view(), name="pin_look_up"),
    path("<int:pk>/", contacts.ContactDetailView.as_view(), name="contact_detail"),
    path("<int:pk>/edit/", contacts.ContactEditView.as_view(), name="contact_edit"),
    path("<int:pk>/data/", contacts.ContactDataView.as_view(), name="contact_data"),
    path("<int:pk>/activity/", contacts.ContactActivityView.as_view(), name="contact_activity"),
    path("<int:pk>/pin/", pins.pin_check, name="pin_check"),
    path("<int:pk>/pin/reveal/", pins.pin_reveal, name="pin_reveal"),
    path("<int:pk>/cells/<slug:cell>/", cells.ContactCellView.as_view(), name="contact_cell"),
    path("<int:pk>/methods/add/", methods.method_add, name="method_add"),
    path("<int:pk>/methods/<int:method_pk>/change/", methods.method_change, name="method_change"),
    path("<int:pk>/methods/<int:method_pk>/default/", methods.method_default, name="method_default"),
    path("<int:pk>/methods/<int:method_pk>/retry/", methods.method_retry, name="method_retry"),
    path("<int:pk>/methods/<int:method_pk>/remove/", methods.method_remove, name="method_remove"),
]

account_urls = [
    path("", accounts.AccountListView.as_view(), name="account_list"),
    path("export/", exports.AccountExportView.as_view(), name="account_export"),
    path("options/", accounts.account_options, name="account_options"),
    path("new/", accounts.AccountCreateView.as_view(), name="account_create"),
    path("<int:pk>/", accounts.AccountDetailView.as_view(), name="account_detail"),
    path("<int:pk>/edit/", accounts.AccountEditView.as_view(), name="account_edit"),
    path("<int:pk>/delete/", accounts.AccountDeleteView.as_view(), name="account_delete"),
    path("<int:pk>/children/", accounts.AccountChildrenView.as_view(), name="account_children"),
    path("<int:pk>/activity/", accounts.AccountActivityView.as_view(), name="account_activity"),
    path("<int:pk>/contacts/", people.AccountContactsView.as_view(), name="account_contacts"),
    path("<int:pk>/contacts/associate/", people.AssociateView.as_view(), name="account_associate"),
    path(
        "<int:pk>/contacts/<int:contact_pk>/remove/",
        people.DisassociateView.as_view(),
        name="account_disassociate",
    ),
    path("<int:pk>/contacts/<int:contact_pk>/", people.PlaceView.as_view(), name="account_place"),
    path("<int:pk>/requests/<int:request_pk>/accept/", people.request_accept, name="request_accept"),
    path("<int:pk>/requests/<int:request_pk>/decline/", people.request_decline, name="request_decline"),
]

urlpatterns = [
    path("", include("customers.urls_bulk")),
    path("contacts/", include(contact_urls)),
    path("contacts/", include("customers.urls_leaving")),
    path("accounts/", include(account_urls)),
    path("accounts/<int:pk>/", include("customers.urls_links")),
    path("", include("customers.urls_imports")),
    path("", include("customers.urls_merging")),
    path("", include("customers.urls_views")),
    path("", include("customers.urls_health")),
]
