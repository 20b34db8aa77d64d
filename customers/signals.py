"""What the floors and doors above may listen to. Sent inside the transaction of the change."""

from django.dispatch import Signal

right_given = Signal()
"""`relationship`, a contact relationship that holds from now on or from its first day; `actor`."""
right_ended = Signal()
"""`relationship`, which may be deleted by now; `actor`."""
invitation_sent = Signal()
"""`invitation`: its letter is due."""
rights_changed = Signal()
"""`contact`: whose rights changed, or who took something over; `account`; `kind`: what happened
(`customers.administration.notices`); `actor`; `values`: numbers and ids for the sentence."""
addresses_changed = Signal()
"""`contact`, who signs in; `added` and `removed`: the addresses as they are shown; `told`: those that opened the
sign-in before; `actor`."""
linked_to_desk = Signal()
"""`contact` and `user` (of the desk) are one person from now on; `actor`."""
