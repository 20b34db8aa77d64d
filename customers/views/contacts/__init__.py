"""Contacts: list, page, form, fields edited in place, methods, support PINs."""
