"""The views of logs."""
