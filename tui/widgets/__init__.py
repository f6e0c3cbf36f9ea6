"""Things to look at: a table, a reader of texts, bars, a prompt, dialogs. They know no resource; they are handed data."""
