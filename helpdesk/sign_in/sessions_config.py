"""allauth's table of sign-ins, without its receivers: `helpdesk.sign_in.sessions` writes the rows."""

from allauth.usersessions.apps import UserSessionsConfig


class SessionsConfig(UserSessionsConfig):
    default = False

    def ready(self) -> None:
        """allauth's own receivers look through every session of the person, one by one, at each sign-in."""
