"""Containers: rows, inspection, statistics."""
