"""What the pages of an import show: forms, previews, counts, progress."""
