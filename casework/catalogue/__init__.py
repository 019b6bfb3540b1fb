"""Owns the agency's own reference data: the agency, services, categories, causes, standards, calendars, processes."""
