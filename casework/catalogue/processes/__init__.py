"""Processes as data that administrators edit: drafts, numbered versions, what changed, files in and out."""
