"""The events of the engine."""
