"""What lists of contacts and accounts have in common: columns, saved views, exports."""
