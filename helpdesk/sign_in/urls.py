"""Language, preferences, and what is ours of the pages about one's own sign-in."""

from django.urls import path

from helpdesk.sign_in import preference_views, views

app_name = "sign_in"
urlpatterns = [
    path("language/", preference_views.set_language, name="set_language"),
    path("preferences/", preference_views.set_preferences, name="preferences"),
    path("auth/sign-ins/", views.sign_in_list, name="sign_in_list"),
    path("auth/sign-ins/<int:pk>/end/", views.sign_in_end, name="sign_in_end"),
    path("auth/sign-ins/end-others/", views.sign_in_end_others, name="sign_in_end_others"),
    path("auth/sign-ins/end-all/", views.sign_in_end_all, name="sign_in_end_all"),
    path("auth/2fa/totp/replace/", views.ReplaceAppView.as_view(), name="replace_app"),
    path("auth/2fa/recovery-codes/keep/", views.recovery_codes_keep, name="recovery_codes_keep"),
]
