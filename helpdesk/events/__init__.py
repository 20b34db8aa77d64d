"""The audit feed: events that apps declare, entries that services record, and consumers that act on them.

Lives on the ground floor and imports `helpdesk.core` alone; everything above may import it. An app declares its events
in `events.py` (`helpdesk.events.declaring`), its services record them (`helpdesk.events.recording`), and what has to
happen because of them is a consumer (`helpdesk.events.consumers`). How to add either: docs/events.md.
"""
