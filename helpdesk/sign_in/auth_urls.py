"""The addresses of allauth that are open here, below /auth/: what is not listed does not exist.

Left out are the pages that add, confirm and choose addresses: the ways to reach a person are the desk's to change,
and the one who signs in with an address is decided there.
"""

from allauth.account import views
from django.urls import include, path, re_path

from helpdesk.sign_in.limits import limited_by_visitor, remembers_reset
from helpdesk.sign_in.views import SecondFactorView

urlpatterns = [
    path("login/", limited_by_visitor(views.login), name="account_login"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        remembers_reset(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", SecondFactorView.as_view(), name="mfa_index"),
    path("2fa/", include("allauth.mfa.urls")),
]
