"""Owns the staff: people, teams, roles, signing in, and who may do what."""
