"""What leaves the desk: a row per recipient, written with the change that asks for it, sent by the worker.

Lives on the ground floor and imports `helpdesk.core` alone. The floors above register their letters
(`helpdesk.outbox.letters`), write rows (`helpdesk.outbox.posting`) and read the state of what they wrote
(`helpdesk.outbox.models.Delivery`).
"""
