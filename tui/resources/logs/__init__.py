"""Logs: levels, filters, rows."""
