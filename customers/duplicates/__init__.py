"""Contacts that look like one person: found in the background, shown in pairs, told apart."""
