"""Customers in the Django admin: every change goes through the services and into the audit feed.

Django imports this package; each module here registers its own models.
"""

from customers.admin import accounts, contacts, custom_fields, links, tags

__all__ = ["accounts", "contacts", "custom_fields", "links", "tags"]
