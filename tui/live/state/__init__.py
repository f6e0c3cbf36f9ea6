"""What keeps lists true: sources, informers, the store."""
