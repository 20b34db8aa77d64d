"""Merging contacts and accounts, and taking it back."""
