"""What goes to the database in other ways than the ORM offers: bulk inserts, locks, counts, shared values."""
