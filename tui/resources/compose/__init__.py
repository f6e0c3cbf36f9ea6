"""Compose projects."""
