"""Owns notices: what a member of staff is told of, in the app and by a mail that gathers what is new."""
