"""The help center as a contact sees it, below /agent/contacts/<pk>/help-center/."""

from django.urls import path

from portal.views import looking

app_name = "looking"
urlpatterns = [
    path("", looking.LookView.as_view(), name="start"),
    path("<int:look>/", looking.shown, name="shown"),
    path("<int:look>/<path:rest>", looking.shown, name="shown"),
]
