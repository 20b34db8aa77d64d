"""What the Django admin has of ours: site, base classes, configuration."""
