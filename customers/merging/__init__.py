"""Merging contacts, and accounts: choosing values, uniting what belongs to them, taking it back."""
