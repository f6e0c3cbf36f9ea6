"""Operations of the Docker Engine API, one module per tag of the specification."""
