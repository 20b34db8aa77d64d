"""Verbs on accounts: create, change, delete, domains, hierarchies."""
