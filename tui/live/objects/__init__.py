"""Images, volumes, networks, the host: rows and reads."""
