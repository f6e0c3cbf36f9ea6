"""The demo's own small shell. It never runs anything of the host."""
