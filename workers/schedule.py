"""All times in one list: what the scheduler asks for, and how often. Each is harmless when repeated."""

from celery.schedules import crontab

SCHEDULE = {
    "the worker and the scheduler leave a sign of life": {"task": "system.beat", "schedule": 30.0},
    "messages that nobody sent": {"task": "communications.sweep", "schedule": 20.0},
    "figures of cases that changed": {"task": "measures.refresh", "schedule": 30.0},
    "customers who still wait to be told": {"task": "improvement.sweep", "schedule": 60.0},
    "answers to the public form that were never sent": {
        "task": "portal.sweep",
        "schedule": crontab(minute=40),
    },
    "improvement opportunities": {"task": "improvement.find", "schedule": crontab(minute=10, hour="*/1")},
}
