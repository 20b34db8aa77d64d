"""Bulk updates: one change to many contacts, in batches, with a preview before and an undo after.

A door of its own, beside imports: both take contacts from one state to another by the same services, and note the two
states for the undo.
"""
