"""Sight, held against a second reading of the rules.

`worlds` makes up small worlds of accounts, people, links and tickets; `reference` says who may do what in one, straight
from the rules of the product and without a database; `building` puts worlds into the database; the tests compare every
door with the reference. The same seed makes the same world again.
"""
