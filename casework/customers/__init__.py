"""Owns the customers: people and organisations who tell the agency something, and how they may be reached."""
