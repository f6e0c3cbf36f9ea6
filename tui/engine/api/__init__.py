"""The operations of the Docker Engine API, a module per tag of the specification."""
