"""Verbs on relationships of accounts and on who acts for them; who is eligible, and why."""
