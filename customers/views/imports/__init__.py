"""Imports: the steps before, and the results."""
