"""Health, and whether a form was sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from helpdesk.core.web import views

app_name = "core"
urlpatterns = [
    # Answered by HealthMiddleware before anything else; listed so that the address is known.
    path("healthz", login_not_required(lambda request: HttpResponse("ok\n")), name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("sent/<str:key>/", views.once_answered, name="once_answered"),
]
