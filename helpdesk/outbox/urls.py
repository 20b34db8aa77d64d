"""Work in the background, below /agent/background/."""

from django.urls import path

from helpdesk.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.BackgroundView.as_view(), name="background"),
    path("letters/", views.LettersView.as_view(), name="letters"),
    path("letters/retry/", views.letters_retry, name="letters_retry"),
    path("letters/<int:pk>/retry/", views.letter_retry, name="letter_retry"),
    path("letters/<int:pk>/discard/", views.letter_discard, name="letter_discard"),
    path("tasks/<uuid:pk>/run/", views.task_run, name="task_run"),
    path("tasks/<uuid:pk>/discard/", views.task_discard, name="task_discard"),
]
