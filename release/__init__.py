"""What is built for a release; see docs/releasing.md."""
