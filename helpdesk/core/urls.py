"""Health, language, preferences, whether a form was sent, and what is ours of the pages about one's own sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from helpdesk.core import sign_in_views, views

app_name = "core"
urlpatterns = [
    # Answered by HealthMiddleware before anything else; listed so that the address is known.
    path("healthz", login_not_required(lambda request: HttpResponse("ok\n")), name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("sent/<str:key>/", views.once_answered, name="once_answered"),
    path("language/", views.set_language, name="set_language"),
    path("preferences/", views.set_preferences, name="preferences"),
    path("auth/sign-ins/", sign_in_views.sign_in_list, name="sign_in_list"),
    path("auth/sign-ins/<int:pk>/end/", sign_in_views.sign_in_end, name="sign_in_end"),
    path("auth/sign-ins/end-others/", sign_in_views.sign_in_end_others, name="sign_in_end_others"),
    path("auth/sign-ins/end-all/", sign_in_views.sign_in_end_all, name="sign_in_end_all"),
    path("auth/2fa/totp/replace/", sign_in_views.ReplaceAppView.as_view(), name="replace_app"),
    path("auth/2fa/recovery-codes/keep/", sign_in_views.recovery_codes_keep, name="recovery_codes_keep"),
]
