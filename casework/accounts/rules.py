"""Rules of signing in and of passwords. Pure: values in, answers out, the time is an argument."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from casework.accounts.common_passwords import COMMON_PASSWORDS

# A session ends after this long without a sign of its owner, and after this long in any case.
IDLE_LIMIT = timedelta(minutes=60)
ABSOLUTE_LIMIT = timedelta(hours=12)
# Being seen is written down at most this often, so that reading a page rarely writes.
SEEN_EVERY = timedelta(minutes=5)

# Guessing is slowed down by counting the failures within this window.
ATTEMPT_WINDOW = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 20

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_EMAIL = 254

MOST_CAPACITY = 1000
MOST_SKILLS = 30
LONGEST_SKILL = 40
LONGEST_REASON = 100
LONGEST_ABSENCE_DAYS = 731

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def is_live(*, began_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session still counts: not ended, not idle too long, not too old."""
    return ended_at is None and now - seen_at < IDLE_LIMIT and now - began_at < ABSOLUTE_LIMIT


def locked_until(failed_at: Sequence[datetime], *, limit: int, now: datetime) -> datetime | None:
    """When the next try is let through, or None when it is let through now.

    `failed_at` holds the instants of failures in any order; only those within ATTEMPT_WINDOW count. The door
    opens again when the failure that makes the limit full leaves the window.
    """
    recent = sorted((at for at in failed_at if now - at < ATTEMPT_WINDOW), reverse=True)
    return recent[limit - 1] + ATTEMPT_WINDOW if len(recent) >= limit else None


def wait_words(until: datetime, now: datetime) -> str:
    """How long to wait, rounded up: "1 minute", "12 minutes"."""
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def tidy_email(email: str) -> str:
    """The form in which an e-mail address is kept and compared."""
    return email.strip().lower()


def email_problem(email: str) -> str | None:
    """What is wrong with an e-mail address, or None. Host names inside an agency's own network are fine."""
    local, at, host = email.rpartition("@")
    if not (at and local and host) or any(c.isspace() or not c.isprintable() for c in email):
        return "Write the e-mail address in full, like name@agency.gov."
    # These have a meaning of their own in the head of a mail, where they could make one address two.
    if any(c in '@()<>[],:;"\\' for c in local + host):
        return "Write the e-mail address in full, like name@agency.gov."
    if len(email) > LONGEST_EMAIL:
        return f"The e-mail address is too long; it may have {LONGEST_EMAIL} characters."
    return None


def password_problems(password: str, *, email: str, name: str) -> list[str]:
    """Why this password will not do for this person; empty when it will.

    Length comes before kinds of characters (NIST SP 800-63B, section 3.1.1.2): a long sentence is strong and
    can be remembered. What is guessed first is refused: common passwords, alone, repeated, or with digits or
    signs around them, and the person's own name and address.
    """
    if len(password) < SHORTEST_PASSWORD:
        return [f"Use at least {SHORTEST_PASSWORD} characters; this password has {len(password)}."]
    if len(password) > LONGEST_PASSWORD:
        return [f"Use at most {LONGEST_PASSWORD} characters."]
    problems = []
    if _is_guessed_first(password):
        problems.append(
            "This password is among those that are tried first. "
            "Choose another, for instance four words that have nothing to do with each other."
        )
    plain = _letters_and_digits(password)
    own = (email, email.split("@")[0], name)
    if any(len(word) >= 4 and word in plain for word in map(_letters_and_digits, own)):
        problems.append("Leave your e-mail address and your name out of the password.")
    return problems


def counting_address(address: str) -> str:
    """The address under which failures are counted: an IPv6 address stands for its /64, one home's share."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, 64), strict=False))


def device_words(user_agent: str) -> str:
    """What people call the device: "Firefox on Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Another program"


def safe_path(path: str | None) -> str | None:
    """`path` when it is an address on this site, else None, so that signing in never leads elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return None
    if any(not c.isprintable() for c in path):
        return None
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else None


def _is_guessed_first(password: str) -> bool:
    plain = _letters_and_digits(password)
    if len(set(plain)) < 4:
        return True
    candidates = {password.lower(), plain, plain.strip("0123456789")}
    return any(_is_repeated_common(candidate) for candidate in candidates)


def _is_repeated_common(text: str) -> bool:
    for length in range(1, len(text) + 1):
        unit, times = text[:length], len(text) // length
        # A rest of the same unit still counts: "qwertyqwertyqwe".
        if unit in COMMON_PASSWORDS and (unit * (times + 1)).startswith(text):
            return True
    return False


def _letters_and_digits(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def tidy_skills(text: str) -> list[str]:
    """What somebody knows, from words with commas or lines between them: lower case, each once, by the alphabet."""
    words = (
        " ".join(word.split()).lower() for word in text.replace("\x00", "").replace("\n", ",").split(",")
    )
    return sorted({word for word in words if word})


def skills_problem(skills: Sequence[str]) -> str | None:
    """What is wrong with a list of skills, or None."""
    if len(skills) > MOST_SKILLS:
        return f"Name at most {MOST_SKILLS} skills; these are {len(skills)}."
    long = next((skill for skill in skills if len(skill) > LONGEST_SKILL), None)
    if long is not None:
        return f"“{long[:LONGEST_SKILL]}…” is too long for one skill. Put commas between skills."
    return None


def absence_problem(from_on: date, to_on: date | None) -> str | None:
    """What is wrong with the days of an absence, or None."""
    if to_on is not None and to_on < from_on:
        return "The last day lies before the first. Change one of them."
    if to_on is not None and (to_on - from_on).days > LONGEST_ABSENCE_DAYS:
        return "That is more than two years. Leave the last day empty when it is not known."
    return None
