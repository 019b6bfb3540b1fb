"""The rules of signing in and of passwords."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts.common_passwords import COMMON_PASSWORDS
from casework.accounts.rules import (
    ABSOLUTE_LIMIT,
    ATTEMPT_WINDOW,
    IDLE_LIMIT,
    counting_address,
    device_words,
    email_problem,
    is_live,
    locked_until,
    password_problems,
    safe_path,
    wait_words,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("began", "seen", "ended", "live"),
    [
        (minutes(0), minutes(0), None, True),
        (minutes(59), minutes(59), None, True),
        (minutes(60), minutes(60), None, False),
        (minutes(719), minutes(1), None, True),
        (minutes(720), minutes(1), None, False),
        (minutes(10), minutes(1), minutes(1), False),
    ],
)
def test_a_session_ends_when_idle_when_old_and_when_ended(
    began: timedelta, seen: timedelta, ended: timedelta | None, live: bool
) -> None:
    ended_at = None if ended is None else NOON - ended
    assert is_live(began_at=NOON - began, seen_at=NOON - seen, ended_at=ended_at, now=NOON) is live


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_live_session_was_seen_within_an_hour_and_began_within_twelve(began: int, seen: int) -> None:
    live = is_live(began_at=NOON - minutes(began), seen_at=NOON - minutes(seen), ended_at=None, now=NOON)
    assert live == (minutes(began) < ABSOLUTE_LIMIT and minutes(seen) < IDLE_LIMIT)


def test_the_door_opens_when_the_failure_that_filled_the_limit_leaves_the_window() -> None:
    failed_at = [NOON - minutes(ago) for ago in (14, 10, 5, 3, 1)]
    assert locked_until(failed_at, limit=5, now=NOON) == NOON + minutes(1)
    assert locked_until(failed_at[1:], limit=5, now=NOON) is None


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(1, 20))
def test_the_door_is_shut_exactly_while_the_window_holds_the_limit(ago: list[int], limit: int) -> None:
    failed_at = [NOON - minutes(n) for n in ago]
    until = locked_until(failed_at, limit=limit, now=NOON)
    within = sum(NOON - at < ATTEMPT_WINDOW for at in failed_at)
    assert (until is not None) == (within >= limit)
    if until is not None:
        assert NOON < until <= NOON + ATTEMPT_WINDOW
        assert locked_until(failed_at, limit=limit, now=until) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (900, "15 minutes")]
)
def test_waiting_is_told_in_whole_minutes_rounded_up(seconds: int, words: str) -> None:
    assert wait_words(NOON + timedelta(seconds=seconds), NOON) == words


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 257, "at most 256"),
        ("password1234", "tried first"),
        ("Password!!!!", "tried first"),
        ("qwertyqwertyqwe", "tried first"),
        ("1234512345123", None),
        ("aaaaaaaaaaaaaa", "tried first"),
        ("sunshine2026", "tried first"),
        ("letmein-letmein", "tried first"),
        ("dana.marsh and more", "e-mail address and your name"),
        ("I am Dana Marsh!", "e-mail address and your name"),
        ("correct horse battery", None),
        ("casa río ñandú 7", None),
    ],
)
def test_passwords_that_are_short_common_or_ones_own_are_refused(password: str, words: str | None) -> None:
    problems = password_problems(password, email="dana.marsh@lakeford.example", name="Dana Marsh")
    if words is None:
        assert problems == []
    else:
        assert any(words in problem for problem in problems)


def test_at_least_a_hundred_passwords_count_as_common() -> None:
    assert len(COMMON_PASSWORDS) >= 100


@given(st.sampled_from(sorted(COMMON_PASSWORDS)), st.integers(2, 6))
def test_a_common_password_is_not_mended_by_repeating_it(common: str, times: int) -> None:
    password = common * times
    assert password_problems(password, email="a@b.example", name="Somebody Else")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_home_with_many_addresses_counts_as_one(address: str, counted: str) -> None:
    assert counting_address(address) == counted


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/cases?late=1", True),
        ("/", True),
        ("", False),
        ("cases", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("/\t/evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_addresses_on_this_site_are_followed_after_signing_in(path: str, safe: bool) -> None:
    assert safe_path(path) == (path if safe else None)


@given(st.text(alphabet="/\\.:@?#a\t\n ", max_size=12))
def test_a_safe_path_never_leads_to_another_host(path: str) -> None:
    if safe_path(path):
        assert urlsplit(urljoin("https://here.example/sign-in", path)).netloc == "here.example"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140 Safari/537", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/605", "Safari on iPhone"),
        ("curl/8.5", "Another program"),
    ],
)
def test_devices_are_named_as_people_name_them(agent: str, words: str) -> None:
    assert device_words(agent) == words


@pytest.mark.parametrize(
    ("email", "fine"),
    [
        ("dana@lakeford.gov", True),
        ("dana@intranet", True),
        ("dana", False),
        ("@lakeford.gov", False),
        ("dana@", False),
        ("da na@lakeford.gov", False),
        ("a@b@c", False),
        ("x" * 250 + "@b.gov", False),
    ],
)
def test_an_e_mail_address_has_a_name_and_a_place(email: str, fine: bool) -> None:
    assert (email_problem(email) is None) is fine
