"""Changes of many contacts: choose, preview, run, delete, tags."""
