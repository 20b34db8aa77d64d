"""The help center: screens for contacts. No models and no rules of its own; it asks `tickets` and `customers`.

Nothing but `helpdesk.urls` may import from here.
"""
