"""Measured claims. `make bench` fills a throw-away database and prints times and ratios; nothing here is imported."""
