"""Accounts: list, page, form, options."""
