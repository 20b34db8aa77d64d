"""Events of people who sign in."""

from __future__ import annotations

from helpdesk.core.words import phrase, phrase_n
from helpdesk.events.declaring import CHANGES, LIST, NUMBER, TEXT, Event, declare

USER, EMAIL = "core.user", {"email": TEXT}

declare(
    Event(
        "user.created",
        lambda d: phrase("created the sign-in of %(email)s", email=d["email"]),
        USER,
        data={**EMAIL, "fields": LIST},
    ),
    Event(
        "user.changed",
        lambda d: phrase("changed the sign-in of %(email)s", email=d["email"]),
        USER,
        data={**EMAIL, "fields": LIST},
    ),
    Event(
        "user.preferences_changed",
        lambda d: phrase("changed the preferences of %(email)s", email=d["email"]),
        USER,
        data={**EMAIL, "changes": CHANGES},
    ),
    Event(
        "user.deleted",
        lambda d: phrase("deleted the sign-in of %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
    Event(
        "user.signed_out",
        lambda d: phrase_n(
            "ended a sign-in of %(email)s", "ended %(n)s sign-ins of %(email)s", d["number"], email=d["email"]
        ),
        USER,
        data={**EMAIL, "number": NUMBER},
    ),
    Event(
        "user.second_factor_set",
        lambda d: phrase("set up two-step sign-in for %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
    Event(
        "user.second_factor_changed",
        lambda d: phrase("set up another authenticator app for %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
    Event(
        "user.second_factor_removed",
        lambda d: phrase("turned off two-step sign-in for %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
    Event(
        "user.second_factor_reset",
        lambda d: phrase("reset two-step sign-in for %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
    Event(
        "user.recovery_codes_made",
        lambda d: phrase("made new recovery codes for %(email)s", email=d["email"]),
        USER,
        data=EMAIL,
    ),
)
