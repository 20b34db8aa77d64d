"""Addresses of contacts who go, below /agent/contacts/."""

from django.urls import path

from customers.views import leaving

urlpatterns = [
    path("<int:pk>/delete/", leaving.ContactDeleteView.as_view(), name="contact_delete"),
    path("<int:pk>/leave/", leaving.LeaverView.as_view(), name="contact_leave"),
    path("<int:pk>/return/", leaving.LeaverReturnView.as_view(), name="contact_return"),
    path("<int:pk>/erase/", leaving.ContactEraseView.as_view(), name="contact_erase"),
    path("<int:pk>/successors/", leaving.successor_options, name="successor_options"),
]
