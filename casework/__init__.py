"""Casework: hear, resolve, answer, measure, find, act, tell, and check that it worked."""
