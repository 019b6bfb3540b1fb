"""Suggesting category and service from the words typed, learned from past cases; a person chooses."""
