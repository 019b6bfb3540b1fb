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
    "due dates that come near or have passed": {"task": "cases.sweep_clocks", "schedule": 60.0},
    "case actions that are due": {"task": "notices.sweep", "schedule": 120.0},
    "mails of what is new": {"task": "notices.digest", "schedule": 300.0},
    "the words of each category": {
        "task": "cases.learn_categories",
        "schedule": crontab(minute=20, hour=3),
    },
    "files that were not scanned": {"task": "files.sweep", "schedule": 60.0},
    "drafts of cases that nobody went on with": {
        "task": "cases.sweep_drafts",
        "schedule": crontab(minute=35, hour=3),
    },
    "case files that nobody made, and old ones": {"task": "cases.sweep", "schedule": 60.0},
    "files of forms that were never saved": {"task": "cases.sweep_staged", "schedule": crontab(minute=25)},
    "contents that nobody refers to": {"task": "files.clear_store", "schedule": crontab(minute=50, hour=3)},
    "bulk changes that nobody finished": {"task": "cases.sweep_bulk", "schedule": 60.0},
    "cases on their way to another version of a process": {"task": "cases.sweep_versions", "schedule": 60.0},
    "changes of calendars and standards that nobody finished": {
        "task": "cases.sweep_changes",
        "schedule": 60.0,
    },
    "improvement opportunities": {"task": "improvement.find", "schedule": crontab(minute=10, hour="*/1")},
}
