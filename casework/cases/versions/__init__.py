"""Moving open cases from one version of a process to another: looked at first, then done in lots."""
