"""Columns of a file matched with fields, and rows read by that match."""
