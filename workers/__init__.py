"""The background: the Celery application, its base task, its schedule, and thin tasks by package."""
