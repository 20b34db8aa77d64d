"""Consumers of the audit feed: what has to happen because of an entry, each entry once.

An app registers a consumer (`consumers`); a delivery is written with the entry for each consumer that listens
(`fan_out`); the worker claims deliveries and lets the consumers act (`running`); what failed for good is a dead letter
(`dead_letters`).
"""
