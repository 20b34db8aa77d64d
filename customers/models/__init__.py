"""The customers' tables, by concept."""

from customers.models.accounts import (
    Account,
    AccountDomain,
    AccountRelationship,
    AccountRelationshipType,
    Sharing,
)
from customers.models.acts import (
    DomainJoining,
    HelpCenterLook,
    IdentityConfirmation,
    JoinedByDomain,
    SentInvitation,
    WrongPin,
)
from customers.models.bulk_updates import BulkUpdate, BulkUpdatedContact, BulkUpdateLeftOut
from customers.models.contacts import MAX_POSITION, UNPARSED_PHONE, Association, Contact, ContactMethod
from customers.models.custom_fields import CustomField
from customers.models.duplicates import MOST_SHARING, DuplicatePair, DuplicateSearch
from customers.models.imports import ImportedAccount, ImportedContact, ImportRun, PreviewRow, RejectedRow
from customers.models.joining import Invitation, JoinRequest
from customers.models.merges import Merge, MergedRecord
from customers.models.responsibilities import ContactRelationship, Responsibility
from customers.models.saved_views import DefaultView, SavedView
from customers.models.tags import ContactTag, Tag

__all__ = [
    "MAX_POSITION",
    "MOST_SHARING",
    "UNPARSED_PHONE",
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
    "DefaultView",
    "DomainJoining",
    "DuplicatePair",
    "DuplicateSearch",
    "HelpCenterLook",
    "IdentityConfirmation",
    "ImportRun",
    "ImportedAccount",
    "ImportedContact",
    "Invitation",
    "JoinRequest",
    "JoinedByDomain",
    "Merge",
    "MergedRecord",
    "PreviewRow",
    "RejectedRow",
    "Responsibility",
    "SavedView",
    "SentInvitation",
    "Sharing",
    "Tag",
    "WrongPin",
]
