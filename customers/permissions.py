"""What each role of staff may do with customers' records."""

AGENT = {
    "customers.view_account",
    "customers.add_account",
    "customers.change_account",
    "customers.view_contact",
    "customers.add_contact",
    "customers.change_contact",
    "customers.view_contactrelationship",
    "customers.view_accountrelationship",
}
MANAGER = {
    "customers.delete_account",
    "customers.delete_contact",
    "customers.import_contacts",
    "customers.export_contacts",
    "customers.merge_account",
    "customers.merge_contact",
    "customers.erase_contact",
    "customers.reveal_support_pin",
    "customers.view_as_contact",
    "customers.add_contactrelationship",
    "customers.delete_contactrelationship",
    "customers.add_accountrelationship",
    "customers.delete_accountrelationship",
    "customers.share_savedview",
}
ADMINISTRATOR = {
    f"{app}.{verb}_{model}"
    for app, model in [
        ("customers", "responsibility"),
        ("customers", "accountrelationshiptype"),
        ("customers", "contactmethod"),
        ("customers", "association"),
        ("customers", "accountdomain"),
        ("customers", "customfield"),
        ("customers", "tag"),
        ("core", "term"),
        ("core", "user"),
    ]
    for verb in ("view", "add", "change", "delete")
} | {
    "core.use_admin",
    "events.view_auditentry",
    "auth.view_group",
    "customers.change_savedview",
    "customers.delete_savedview",
    "customers.link_contact_to_desk",
}
