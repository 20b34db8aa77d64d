"""What other parts of the house may listen to. Sent inside the change's transaction: work goes on commit."""

from django.dispatch import Signal

ticket_created = Signal()  # ticket, message, actor
message_posted = Signal()  # ticket, message, actor
