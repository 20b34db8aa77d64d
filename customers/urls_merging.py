"""Addresses of merging, below /agent/."""

from django.urls import path

from customers.views import merging

urlpatterns = [
    path("contacts/<int:pk>/merge/", merging.ContactMergeView.as_view(), name="contact_merge"),
    path("accounts/<int:pk>/merge/", merging.AccountMergeView.as_view(), name="account_merge"),
    path("merges/<int:pk>/", merging.MergeDetailView.as_view(), name="merge_detail"),
    path("merges/<int:pk>/undo/", merging.merge_undo, name="merge_undo"),
]
