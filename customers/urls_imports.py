"""Addresses of the imports, below /agent/."""

from django.urls import path

from customers.views import import_results as results
from customers.views import imports

urlpatterns = [
    path("imports/", imports.ImportList.as_view(), name="import_list"),
    path("imports/new/", imports.ImportCreate.as_view(), name="import_create"),
    path("imports/<int:pk>/", results.ImportResult.as_view(), name="import_result"),
    path("imports/<int:pk>/match/", imports.ImportMatch.as_view(), name="import_match"),
    path("imports/<int:pk>/preview/", imports.ImportPreview.as_view(), name="import_preview"),
    path("imports/<int:pk>/preview/errors/", results.import_errors, name="import_errors"),
    path("imports/<int:pk>/choose/", imports.import_choose, name="import_choose"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", results.import_undo, name="import_undo"),
    path("imports/<int:pk>/undo/confirm/", results.ImportUndoConfirm.as_view(), name="import_undo_confirm"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/resume/", imports.import_resume, name="import_resume"),
    path("imports/<int:pk>/rejected/", results.import_rejected, name="import_rejected"),
    path("imports/<int:pk>/contacts/", results.ImportedRecords.as_view(), name="import_contacts"),
]
