"""Resource types: what of them is shown and what can be done with them, as data and pure functions."""
