"""Addresses of contacts, below /agent/contacts/."""

from django.urls import path

from customers.views.contacts import cells, methods, pins, views
from customers.views.lists import exports

urlpatterns = [
    path("", views.ContactListView.as_view(), name="contact_list"),
    path("export/", exports.ContactExportView.as_view(), name="contact_export"),
    path("new/", views.ContactCreateView.as_view(), name="contact_create"),
    path("pin/", pins.PinLookUpView.as_view(), name="pin_look_up"),
    path("<int:pk>/", views.ContactDetailView.as_view(), name="contact_detail"),
    path("<int:pk>/edit/", views.ContactEditView.as_view(), name="contact_edit"),
    path("<int:pk>/data/", views.ContactDataView.as_view(), name="contact_data"),
    path("<int:pk>/activity/", views.ContactActivityView.as_view(), name="contact_activity"),
    path("<int:pk>/pin/", pins.pin_check, name="pin_check"),
    path("<int:pk>/pin/reveal/", pins.pin_reveal, name="pin_reveal"),
    path("<int:pk>/cells/<slug:cell>/", cells.ContactCellView.as_view(), name="contact_cell"),
    path("<int:pk>/methods/add/", methods.method_add, name="method_add"),
    path("<int:pk>/methods/<int:method_pk>/change/", methods.method_change, name="method_change"),
    path("<int:pk>/methods/<int:method_pk>/default/", methods.method_default, name="method_default"),
    path("<int:pk>/methods/<int:method_pk>/retry/", methods.method_retry, name="method_retry"),
    path("<int:pk>/methods/<int:method_pk>/remove/", methods.method_remove, name="method_remove"),
]
