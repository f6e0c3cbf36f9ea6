"""Image builds: the form, and the progress as text."""
