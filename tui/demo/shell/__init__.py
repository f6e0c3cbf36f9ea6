"""Shell of the demo containers. Never runs anything on the host."""
