"""The clean-up plan: its list and its texts."""
