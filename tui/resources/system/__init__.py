"""The engine and its disk usage."""
