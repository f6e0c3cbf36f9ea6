"""The base classes and services of all views."""
