"""Up-to-date lists: sources, informers, the store."""
