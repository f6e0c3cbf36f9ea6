"""Terminal sessions: exec and attach."""
