"""What people fill in about customers: validation of shapes here, rules in the services."""
