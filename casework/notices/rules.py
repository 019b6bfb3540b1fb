"""What notices there are, what each says, and what somebody gets who has chosen nothing. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum


class What(StrEnum):
    """What happened."""

    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    MENTIONED = "mentioned"
    CUSTOMER_REPLIED = "customer_replied"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DECIDED = "approval_decided"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    TEAM_LATE = "team_late"
    ACTION_DUE = "action_due"
    WATCHED_MOVED = "watched_moved"
    GLASS_BROKEN = "glass_broken"

    @property
    def label(self) -> str:
        return LABELS[self]


class ByMail(StrEnum):
    """When a notice is also in a mail."""

    OFF = "off"
    DIGEST = "digest"
    DAILY = "daily"


LABELS = {
    What.ASSIGNED: "A case is given to me",
    What.TRANSFERRED: "A case comes to my team from another department",
    What.MENTIONED: "I am mentioned in a note",
    What.CUSTOMER_REPLIED: "A customer replied in a case of mine",
    What.APPROVAL_ASKED: "An answer waits for me to check it",
    What.APPROVAL_DECIDED: "An answer of mine was released or returned",
    What.OVERDUE: "A case of mine is overdue",
    What.DUE_SOON: "A case of mine is due soon",
    What.TEAM_LATE: "A case of my team is late",
    What.ACTION_DUE: "A case action of mine is due",
    What.WATCHED_MOVED: "A case that I watch moved on",
    What.GLASS_BROKEN: "Somebody broke the glass of a restricted case of mine",
}

# What is said of the case, for one and for more than one of the same kind.
SENTENCES = {
    What.ASSIGNED: ("The case was given to you", "The case was given to you {n} times"),
    What.TRANSFERRED: (
        "The case came to your team from another department",
        "The case came to your team {n} times",
    ),
    What.MENTIONED: ("You are mentioned in a note", "You are mentioned in {n} notes"),
    What.CUSTOMER_REPLIED: ("The customer replied", "The customer replied {n} times"),
    What.APPROVAL_ASKED: (
        "An answer waits for you to check it",
        "An answer was sent to be checked {n} times",
    ),
    What.APPROVAL_DECIDED: ("Your answer was checked", "Your answers were checked {n} times"),
    What.OVERDUE: ("The case is overdue", "The case is overdue"),
    What.DUE_SOON: ("The case is due soon", "The case is due soon"),
    What.TEAM_LATE: ("A case of your team is late", "A case of your team is late"),
    What.ACTION_DUE: ("A case action of yours is due", "A case action of yours is due"),
    What.WATCHED_MOVED: ("A case that you watch moved on", "A case that you watch moved on {n} times"),
    What.GLASS_BROKEN: (
        "Somebody broke the glass of this restricted case",
        "The glass of this restricted case was broken {n} times",
    ),
}

ICONS = {
    What.ASSIGNED: "people",
    What.TRANSFERRED: "people",
    What.MENTIONED: "note",
    What.CUSTOMER_REPLIED: "in",
    What.APPROVAL_ASKED: "eye",
    What.APPROVAL_DECIDED: "ok",
    What.OVERDUE: "late",
    What.DUE_SOON: "clock",
    What.TEAM_LATE: "late",
    What.ACTION_DUE: "flag",
    What.WATCHED_MOVED: "right",
    What.GLASS_BROKEN: "lock",
}

# What moves by itself or concerns others comes once in the morning; what asks for an answer within the half hour.
DEFAULT_MAIL = {
    What.DUE_SOON: ByMail.DAILY,
    What.TEAM_LATE: ByMail.DAILY,
    What.ACTION_DUE: ByMail.DAILY,
    What.WATCHED_MOVED: ByMail.OFF,
}

BETWEEN_MAILS = timedelta(minutes=30)
MORNING_HOUR = 7
KEPT_DAYS = 90


def default_mail(what: What) -> ByMail:
    """When a notice of this kind is mailed to somebody who has chosen nothing."""
    return DEFAULT_MAIL.get(what, ByMail.DIGEST)


def sentence(what: What, count: int) -> str:
    """What a notice says; the case itself is named beside it by whoever may read it."""
    one, more = SENTENCES[what]
    return one if count == 1 else more.format(n=count)


def is_time(
    way: ByMail, *, local_now: datetime, mailed_at: datetime | None, morning_at: datetime | None
) -> bool:
    """Whether what is to be mailed this way may be mailed now.

    `local_now` is the time on the agency's wall; `mailed_at` is when the person last got such a mail and
    `morning_at` when they last got the one of the morning.
    """
    if way is ByMail.DIGEST:
        return mailed_at is None or local_now - mailed_at >= BETWEEN_MAILS
    if way is ByMail.DAILY:
        zone = local_now.tzinfo
        had = morning_at is not None and morning_at.astimezone(zone).date() >= local_now.date()
        return local_now.hour >= MORNING_HOUR and not had
    return False
