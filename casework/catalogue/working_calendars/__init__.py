"""Working calendars as an administrator keeps them: what counts in a month, drafts of the next version, files."""
