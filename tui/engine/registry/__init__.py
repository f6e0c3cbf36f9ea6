"""What a registry is asked without an engine: its repositories and tags, which the Engine API cannot list."""
