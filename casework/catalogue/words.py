"""The words of a standard: what it promises, what starts it, what may start it anew."""

PROMISES = {
    "acknowledge": "Acknowledge",
    "respond": "Answer",
    "review": "Review",
    "update": "Tell how it stands",
    "meet": "Meet the customer",
}

# What starts a clock, and how an explanation says so.
STARTS = {
    "received": "when it was received",
    "day_after_received": "the day after it was received",
    "acknowledged": "when it was acknowledged",
    "escalated": "when the review was asked for",
    "met": "when it was talked over with the customer",
    "transferred": "when it came to the department that has it now",
    "last_update": "when the customer last heard how it stands",
}

# Another answer is owed, whatever the first one was counted from; no standard names it as what starts it.
REOPENED = "reopened"
STARTED_BY = STARTS | {REOPENED: "when it was taken up again"}

RESTARTS = {"kind": "another kind", "department": "another department", "agency": "another agency"}
