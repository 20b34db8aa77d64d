"""Values that identify: addresses, domains, names, phone numbers."""
