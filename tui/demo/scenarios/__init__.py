"""What the demo engine contains at the start."""
