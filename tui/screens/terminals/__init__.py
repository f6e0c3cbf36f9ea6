"""The screen of terminal sessions."""
