"""The agents' addresses for tickets, and those of files and drafts, which are everybody's."""

from django.urls import path

from tickets.views import (
    access,
    attachments,
    bulk,
    changes,
    conversation,
    creating,
    detail,
    drafts,
    exports,
    identity,
    lists,
    records,
    requesters,
    search,
)

app_name = "tickets"
urlpatterns = [
    path("agent/", lists.home, name="home"),
    path("agent/search/", search.SearchView.as_view(), name="search"),
    path("agent/search/suggestions/", search.suggest, name="suggest"),
    path("agent/tickets/", lists.TicketListView.as_view(), name="ticket_list"),
    path("agent/tickets/new/", creating.TicketCreateView.as_view(), name="ticket_create"),
    path("agent/tickets/new/requester/", creating.requester_options, name="requester_options"),
    path("agent/tickets/contacts/", requesters.contact_options, name="contact_options"),
    path("agent/tickets/export/", exports.TicketExportView.as_view(), name="ticket_export"),
    path("agent/tickets/bulk/", bulk.ticket_bulk, name="ticket_bulk"),
    path("agent/tickets/<int:pk>/", detail.TicketDetailView.as_view(), name="ticket_detail"),
    path(
        "agent/tickets/<int:pk>/messages/<int:message>/letters/",
        conversation.ticket_letters,
        name="ticket_letters",
    ),
    path("agent/tickets/<int:pk>/reply/", conversation.ticket_reply, name="ticket_reply"),
    path("agent/tickets/<int:pk>/note/", conversation.ticket_note, name="ticket_note"),
    path("agent/tickets/<int:pk>/follow/", conversation.ticket_follow, name="ticket_follow"),
    path("agent/tickets/<int:pk>/unfollow/", conversation.ticket_unfollow, name="ticket_unfollow"),
    path("agent/tickets/<int:pk>/assign/", changes.ticket_assign, name="ticket_assign"),
    path("agent/tickets/<int:pk>/status/", changes.ticket_status, name="ticket_status"),
    path("agent/tickets/<int:pk>/priority/", changes.ticket_priority, name="ticket_priority"),
    path("agent/tickets/<int:pk>/department/", changes.ticket_department, name="ticket_department"),
    path("agent/tickets/<int:pk>/account/", changes.ticket_account, name="ticket_account"),
    path("agent/tickets/<int:pk>/privacy/", changes.ticket_privacy, name="ticket_privacy"),
    path("agent/tickets/<int:pk>/access/", access.TicketAccessView.as_view(), name="ticket_access"),
    path("agent/tickets/<int:pk>/identity/", identity.ticket_identity, name="ticket_identity"),
    path("agent/tickets/<int:pk>/contact/", requesters.TicketContactView.as_view(), name="ticket_contact"),
    path("agent/contacts/<int:pk>/tickets/", records.ContactTicketsView.as_view(), name="contact_tickets"),
    path("agent/contacts/<int:pk>/access/", access.ContactAccessView.as_view(), name="contact_access"),
    path("agent/accounts/<int:pk>/tickets/", records.AccountTicketsView.as_view(), name="account_tickets"),
    path("agent/accounts/<int:pk>/recent/", records.AccountRecentView.as_view(), name="account_recent"),
    path("drafts/", drafts.draft_save, name="draft_save"),
    path("drafts/<int:pk>/discard/", drafts.draft_discard, name="draft_discard"),
    path("attachments/<int:pk>/", attachments.attachment_download, name="attachment_download"),
]
