"""Initial content of the demo engine."""
