"""Addresses of large exports, below /agent/exports/."""

from django.urls import path

from helpdesk.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.ExportJobList.as_view(), name="export_list"),
    path("<int:pk>/", views.ExportJobDetail.as_view(), name="export_detail"),
    path("<int:pk>/cancel/", views.export_cancel, name="export_cancel"),
    path("<int:pk>/file/", views.export_download, name="export_download"),
]
