"""Owns what is to be improved: finders, opportunities, improvement actions, telling customers, and the effect."""
