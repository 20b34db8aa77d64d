"""The addresses of customer administrators, and of who is invited by one; part of `portal.urls`."""

from django.urls import path

from portal.views.team import account, joining, people

_ACCOUNT = "team/<int:pk>/"
_PERSON = f"{_ACCOUNT}people/<int:contact_pk>/"
_INVITATION = f"{_ACCOUNT}invitations/<int:invitation_pk>/"
_REQUEST = f"{_ACCOUNT}requests/<int:request_pk>/"

urlpatterns = [
    path("team/", people.ChooserView.as_view(), name="team_chooser"),
    path(_ACCOUNT, people.PeopleView.as_view(), name="team"),
    path(f"{_ACCOUNT}details/", account.DetailsView.as_view(), name="team_details"),
    path(f"{_ACCOUNT}acting/", account.ActingView.as_view(), name="team_acting"),
    path(f"{_ACCOUNT}acting/<int:contact_pk>/end/", account.EndActingView.as_view(), name="team_acting_end"),
    path(f"{_ACCOUNT}activity/", account.ActivityView.as_view(), name="team_activity"),
    path(f"{_ACCOUNT}export/", account.ExportView.as_view(), name="team_export"),
    path(f"{_ACCOUNT}invite/", joining.InviteView.as_view(), name="team_invite"),
    path(f"{_INVITATION}again/", joining.invitation_again, name="team_invitation_again"),
    path(f"{_INVITATION}withdraw/", joining.invitation_withdraw, name="team_invitation_withdraw"),
    path(f"{_REQUEST}accept/", joining.request_accept, name="team_request_accept"),
    path(f"{_REQUEST}decline/", joining.request_decline, name="team_request_decline"),
    path(_PERSON, people.MemberView.as_view(), name="team_person"),
    path(f"{_PERSON}promote/", people.person_promote, name="team_promote"),
    path(f"{_PERSON}demote/", people.DemoteView.as_view(), name="team_demote"),
    path(f"{_PERSON}remove/", people.RemoveView.as_view(), name="team_remove"),
    path(f"{_PERSON}deactivate/", people.DeactivateView.as_view(), name="team_deactivate"),
    path(f"{_PERSON}activate/", people.person_activate, name="team_activate"),
    path(f"{_PERSON}left/", people.LeaverView.as_view(), name="team_leaver"),
    path("invitations/", joining.InvitationsView.as_view(), name="invitations"),
    path("invitations/<int:pk>/accept/", joining.invitation_accept, name="invitation_accept"),
    path("invitations/<int:pk>/decline/", joining.invitation_decline, name="invitation_decline"),
]
