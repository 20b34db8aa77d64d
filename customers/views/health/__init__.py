"""The state of the data, and duplicates."""
