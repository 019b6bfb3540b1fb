"""What to do with cases of a category or a service: texts in versions, and who has read which."""
