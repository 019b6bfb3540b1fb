"""Owns what is said to and by customers: the outbox, the words, sending once, and the state of each message."""
