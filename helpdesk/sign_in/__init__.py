"""Signing in: by which addresses, second factor, open sign-ins, limits, own preferences, people in the Django admin.

Lives on the ground floor above `helpdesk.events` and `helpdesk.core`; the model of users is in `helpdesk.core.models`.
"""
