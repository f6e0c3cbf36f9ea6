"""The engine's objects as typed structs, one module per type."""
