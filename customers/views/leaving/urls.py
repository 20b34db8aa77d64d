"""Addresses of contacts who go, below /agent/contacts/."""

from django.urls import path

from customers.views.leaving import views

urlpatterns = [
    path("<int:pk>/delete/", views.ContactDeleteView.as_view(), name="contact_delete"),
    path("<int:pk>/leave/", views.LeaverView.as_view(), name="contact_leave"),
    path("<int:pk>/return/", views.LeaverReturnView.as_view(), name="contact_return"),
    path("<int:pk>/erase/", views.ContactEraseView.as_view(), name="contact_erase"),
    path("<int:pk>/successors/", views.successor_options, name="successor_options"),
]
