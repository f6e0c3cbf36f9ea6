"""Longshore: a full-screen terminal UI for the Docker Engine API."""
