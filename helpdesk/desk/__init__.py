"""What a desk sets for itself in the Django admin: its words for modules, and small tables of definitions.

Lives on the ground floor above `helpdesk.events` and `helpdesk.core`. Apps above register their definitions with
`helpdesk.desk.definitions.DefinitionAdmin`.
"""
