"""Views of a swarm and of plugins, besides their lists."""
