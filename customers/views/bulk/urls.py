"""Addresses of bulk updates, below /agent/."""

from django.urls import path

from customers.views.bulk import delete, runs, tags, update

urlpatterns = [
    path("contacts/bulk/", update.ContactBulkView.as_view(), name="contact_bulk"),
    path("contacts/bulk/merge/", update.contact_merge_chosen, name="contact_merge_chosen"),
    path("contacts/bulk/delete/", delete.ContactBulkDeleteView.as_view(), name="contact_bulk_delete"),
    path("contacts/updates/", runs.BulkUpdateList.as_view(), name="bulk_update_list"),
    path("contacts/updates/<int:pk>/", runs.BulkUpdateDetail.as_view(), name="bulk_update_detail"),
    path("contacts/updates/<int:pk>/cancel/", runs.bulk_update_cancel, name="bulk_update_cancel"),
    path("contacts/updates/<int:pk>/resume/", runs.bulk_update_resume, name="bulk_update_resume"),
    path("contacts/updates/<int:pk>/undo/", runs.bulk_update_undo, name="bulk_update_undo"),
    path("tags/options/", tags.tag_options, name="tag_options"),
]
