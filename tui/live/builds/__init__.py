"""Image builds: the context, the two builders, the progress."""
