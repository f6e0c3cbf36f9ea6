"""The clean-up plan."""
