"""Changes of calendars and standards: looked at first, clock by clock, then put in force and applied in lots."""
