"""Problems: a rule for each kind, one file for each subject, and the list."""
