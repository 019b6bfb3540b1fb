"""Owns the append-only history: what happened to a record, who did it, and when."""
