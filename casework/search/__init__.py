"""Owns finding cases by words: one document for each case, and what is like what."""
