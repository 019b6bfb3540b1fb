"""Promises about time as an administrator keeps them: published ones to take over, drafts, versions, in words."""
