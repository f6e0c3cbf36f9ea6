"""Files of containers and volumes: listing, reading, copying, over tar archives of the engine."""
