"""Snapshots of contacts and accounts: their state as plain values, read from the database, written, and given back.

Imports, bulk updates and merges stand on it; it knows none of them.
"""
