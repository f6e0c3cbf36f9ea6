"""Longshore: a full-screen terminal UI for the Docker Engine API."""

__version__ = "0.1.0"
