"""Compose projects: their services and actions."""
