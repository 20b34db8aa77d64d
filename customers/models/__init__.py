"""The customers' tables, by concept."""

from customers.models.accounts import (
    Account,
    AccountDomain,
    AccountRelationship,
    AccountRelationshipType,
    Sharing,
)
from customers.models.bulk_updates import BulkUpdate, BulkUpdatedContact, BulkUpdateLeftOut
from customers.models.contacts import MAX_POSITION, Association, Contact, ContactMethod
from customers.models.custom_fields import CustomField
from customers.models.imports import ImportedAccount, ImportedContact, ImportRun, RejectedRow
from customers.models.merges import Merge, MergedRecord
from customers.models.responsibilities import ContactRelationship, Responsibility
from customers.models.tags import ContactTag, Tag

__all__ = [
    "MAX_POSITION",
    "Account",
    "AccountDomain",
    "AccountRelationship",
    "AccountRelationshipType",
    "Association",
    "BulkUpdate",
    "BulkUpdateLeftOut",
    "BulkUpdatedContact",
    "Contact",
    "ContactMethod",
    "ContactRelationship",
    "ContactTag",
    "CustomField",
    "ImportRun",
    "ImportedAccount",
    "ImportedContact",
    "Merge",
    "MergedRecord",
    "RejectedRow",
    "Responsibility",
    "Sharing",
    "Tag",
]
