"""Tools around Casework that need the standard library alone: set-up, the supervisor of `make run`, the lock files."""
