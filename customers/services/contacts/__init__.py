"""Verbs on contacts: create, change, delete, leave, support PINs, looking at a help center."""
