"""Erasing a person from all that the desk keeps."""
