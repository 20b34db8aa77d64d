"""What other parts may listen to. Sent inside the transaction: whoever writes to people waits for its end."""

from django.dispatch import Signal

right_given = Signal()  # relationship (ContactRelationship), actor: from now on, or from its first day
right_ended = Signal()  # relationship (may be deleted by now), actor
