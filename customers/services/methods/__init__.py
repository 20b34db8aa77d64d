"""Verbs on the ways to reach a contact, and what follows from their change: sign-in, bounces, letters."""
