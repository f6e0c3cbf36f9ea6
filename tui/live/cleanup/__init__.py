"""What is unused, and its removal."""
