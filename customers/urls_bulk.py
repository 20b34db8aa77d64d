"""Addresses of bulk updates, below /agent/."""

from django.urls import path

from customers.views import bulk, bulk_delete, bulk_runs, tags

urlpatterns = [
    path("contacts/bulk/", bulk.ContactBulkView.as_view(), name="contact_bulk"),
    path("contacts/bulk/merge/", bulk.contact_merge_chosen, name="contact_merge_chosen"),
    path("contacts/bulk/delete/", bulk_delete.ContactBulkDeleteView.as_view(), name="contact_bulk_delete"),
    path("contacts/updates/", bulk_runs.BulkUpdateList.as_view(), name="bulk_update_list"),
    path("contacts/updates/<int:pk>/", bulk_runs.BulkUpdateDetail.as_view(), name="bulk_update_detail"),
    path("contacts/updates/<int:pk>/cancel/", bulk_runs.bulk_update_cancel, name="bulk_update_cancel"),
    path("contacts/updates/<int:pk>/resume/", bulk_runs.bulk_update_resume, name="bulk_update_resume"),
    path("contacts/updates/<int:pk>/undo/", bulk_runs.bulk_update_undo, name="bulk_update_undo"),
    path("tags/options/", tags.tag_options, name="tag_options"),
]
