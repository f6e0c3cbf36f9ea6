"""Logs: reading, buffering, following, searching."""
