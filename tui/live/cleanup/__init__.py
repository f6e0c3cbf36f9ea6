"""Unused objects and their removal."""
