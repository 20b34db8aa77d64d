"""Contacts who leave, return, are deleted or erased."""
