"""Addresses of the imports, below /agent/."""

from django.urls import path

from customers.views.imports import results, setup

urlpatterns = [
    path("imports/", setup.ImportList.as_view(), name="import_list"),
    path("imports/new/", setup.ImportCreate.as_view(), name="import_create"),
    path("imports/<int:pk>/", results.ImportResult.as_view(), name="import_result"),
    path("imports/<int:pk>/match/", setup.ImportMatch.as_view(), name="import_match"),
    path("imports/<int:pk>/preview/", setup.ImportPreview.as_view(), name="import_preview"),
    path("imports/<int:pk>/preview/errors/", results.import_errors, name="import_errors"),
    path("imports/<int:pk>/choose/", setup.import_choose, name="import_choose"),
    path("imports/<int:pk>/cancel/", setup.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", results.import_undo, name="import_undo"),
    path("imports/<int:pk>/undo/confirm/", results.ImportUndoConfirm.as_view(), name="import_undo_confirm"),
    path("imports/<int:pk>/start/", setup.import_start, name="import_start"),
    path("imports/<int:pk>/resume/", setup.import_resume, name="import_resume"),
    path("imports/<int:pk>/rejected/", results.import_rejected, name="import_rejected"),
    path("imports/<int:pk>/contacts/", results.ImportedRecords.as_view(), name="import_contacts"),
]
