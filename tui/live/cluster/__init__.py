"""Services, tasks and nodes of a swarm, its secrets and configs, and what is done with them in several steps."""
