"""The descriptions of files."""
