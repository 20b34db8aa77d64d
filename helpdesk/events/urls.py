"""Dead letters of the audit feed, below /agent/background/events/."""

from django.urls import path

from helpdesk.events.consuming import views

app_name = "events"
urlpatterns = [
    path("", views.DeadLettersView.as_view(), name="dead_letters"),
    path("run/", views.dead_letters_run, name="dead_letters_run"),
    path("<int:pk>/run/", views.dead_letter_run, name="dead_letter_run"),
]
