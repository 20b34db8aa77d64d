"""The addresses of the help center."""

from django.urls import path

from portal.urls_team import urlpatterns as team_urls
from portal.views import following, home, new_ticket, pins, profile, tickets

app_name = "portal"
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("tickets/new/", new_ticket.NewTicketView.as_view(), name="ticket_create"),
    path("tickets/similar/", new_ticket.SimilarTicketsView.as_view(), name="similar"),
    path("tickets/<int:pk>/", tickets.TicketView.as_view(), name="ticket_detail"),
    path("tickets/<int:pk>/reply/", tickets.ticket_reply, name="ticket_reply"),
    path("tickets/<int:pk>/close/", tickets.ticket_close, name="ticket_close"),
    path("tickets/<int:pk>/reopen/", tickets.ticket_reopen, name="ticket_reopen"),
    path("tickets/<int:pk>/privacy/", tickets.ticket_privacy, name="ticket_privacy"),
    path("tickets/<int:pk>/follow/", following.ticket_follow, name="ticket_follow"),
    path("tickets/<int:pk>/unfollow/", following.ticket_unfollow, name="ticket_unfollow"),
    path("profile/", profile.ProfileView.as_view(), name="profile"),
    path("profile/pin/", pins.pin_show, name="pin_show"),
    path("profile/pin/renew/", pins.pin_renew, name="pin_renew"),
    *team_urls,
]
