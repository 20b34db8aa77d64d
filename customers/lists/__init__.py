"""Lists of contacts and accounts: filters, columns, orders, built-in views, navigation."""
