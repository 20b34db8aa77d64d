"""Addresses of merging, below /agent/."""

from django.urls import path

from customers.views.merging import views

urlpatterns = [
    path("contacts/<int:pk>/merge/", views.ContactMergeView.as_view(), name="contact_merge"),
    path("accounts/<int:pk>/merge/", views.AccountMergeView.as_view(), name="account_merge"),
    path("merges/<int:pk>/", views.MergeDetailView.as_view(), name="merge_detail"),
    path("merges/<int:pk>/undo/", views.merge_undo, name="merge_undo"),
]
