"""Pages of the workspace about customers, by concept: each has its views, addresses and forms."""
