"""Thin tasks: a name, a retry policy, one call, harmless when repeated."""
