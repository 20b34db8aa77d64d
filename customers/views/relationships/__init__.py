"""Relationships of accounts, and who acts for them."""
