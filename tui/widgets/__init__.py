"""Widgets: a table, a reader of documents, bars, a prompt, dialogs. They receive data and know no resource."""
