"""The live list of what is wrong on an engine."""
