"""The views of files."""
