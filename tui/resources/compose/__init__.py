"""The Compose projects."""
