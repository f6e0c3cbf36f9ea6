"""The resource types of a swarm."""
