"""What can happen to people, teams and passwords."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from casework.accounts import queries, services
from casework.accounts.events import AccountChanged
from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.core import events
from casework.core.db import db
from casework.core.errors import Conflict, Invalid, NotFound, Refused
from tests.accounts.people import BY_NOBODY, LONG_AGO, PASSWORD, make_person, make_team

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def told() -> Iterator[list[AccountChanged]]:
    """The changes that were told while the test ran."""
    heard: list[AccountChanged] = []
    listen = heard.append
    events.follow(AccountChanged, listen)
    yield heard
    events._followers[AccountChanged].remove(listen)


def test_a_person_is_added_with_a_tidy_address_and_a_hashed_password() -> None:
    person = services.add_person(
        email=" Dana@Lakeford.GOV ",
        name="  Dana   Marsh ",
        role=Role.FRONTLINE,
        password=PASSWORD,
        by=BY_NOBODY,
    )
    assert (person.email, person.name) == ("dana@lakeford.gov", "Dana Marsh")
    assert PASSWORD not in person.password_hash
    assert services.is_password(PASSWORD, person.password_hash)


def test_one_address_belongs_to_one_person() -> None:
    person = make_person()
    with pytest.raises(Conflict, match="already"):
        services.add_person(
            email=person.email.upper(), name="Other", role=Role.MANAGER, password=PASSWORD, by=BY_NOBODY
        )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"email": "nobody"}, Invalid),
        ({"name": "   "}, Invalid),
        ({"password": "short"}, Refused),
        ({"password": "dana.marsh is me"}, Refused),
    ],
)
def test_a_person_with_something_missing_is_not_added(
    changes: dict[str, str], error: type[Exception]
) -> None:
    values: dict[str, Any] = {
        "email": "dana.marsh@b.gov",
        "name": "Dana Marsh",
        "password": PASSWORD,
        **changes,
    }
    with pytest.raises(error):
        services.add_person(role=Role.FRONTLINE, by=BY_NOBODY, **values)
    assert queries.person_with_email("dana.marsh@b.gov") is None


def test_every_change_is_told_with_who_and_what(told: list[AccountChanged]) -> None:
    boss = make_person(Role.ADMINISTRATOR)
    dana = make_person(Role.FRONTLINE)
    team = make_team()
    del told[:]
    by = services.By(boss, LONG_AGO)
    services.change_person(dana, role=Role.SUPERVISOR, team=team, by=by)
    services.deactivate_person(dana, by=by)
    services.reactivate_person(dana, by=by)
    services.replace_password(dana, by=by)
    services.rename_team(team, "Food safety", by=by)
    assert [(event.subject_type, event.verb) for event in told] == [
        ("person", "changed"),
        ("person", "deactivated"),
        ("person", "reactivated"),
        ("person", "given a new password"),
        ("team", "renamed"),
    ]
    assert {event.actor_id for event in told} == {boss.id}
    assert (told[0].before["role"], told[0].after["role"]) == ("frontline", "supervisor")
    assert (told[0].before["team"], told[0].after["team"]) == (None, "Environmental health")


def test_what_is_told_holds_no_password(told: list[AccountChanged]) -> None:
    dana = make_person()
    password = services.replace_password(dana, by=BY_NOBODY)
    assert password not in str(told)
    assert dana.password_hash not in str(told)


def test_a_change_that_changes_nothing_is_not_told(told: list[AccountChanged]) -> None:
    dana = make_person()
    del told[:]
    assert services.change_person(dana, role=dana.role, team=dana.team, by=BY_NOBODY) is False
    assert told == []


def test_the_last_administrator_stays_one() -> None:
    boss, other = make_person(Role.ADMINISTRATOR), make_person(Role.MANAGER)
    with pytest.raises(Refused, match="Nobody else"):
        services.change_person(boss, role=Role.MANAGER, team=None, by=BY_NOBODY)
    with pytest.raises(Refused, match="Nobody else"):
        services.deactivate_person(boss, by=services.By(other, LONG_AGO))
    services.change_person(other, role=Role.ADMINISTRATOR, team=None, by=BY_NOBODY)
    services.change_person(boss, role=Role.MANAGER, team=None, by=BY_NOBODY)
    assert boss.role is Role.MANAGER


def test_nobody_deactivates_themselves() -> None:
    boss = make_person(Role.ADMINISTRATOR)
    make_person(Role.ADMINISTRATOR, "Second Boss")
    with pytest.raises(Refused, match="yourself"):
        services.deactivate_person(boss, by=services.By(boss, LONG_AGO))
    assert boss.is_active


def begin(person: User, *, minutes_later: int = 0) -> int:
    row, _token = services.begin_sign_in(
        person,
        attempt_id=0,
        password=PASSWORD,
        address="203.0.113.9",
        user_agent="",
        now=LONG_AGO + timedelta(minutes=minutes_later),
    )
    return row.id


def live(person: User) -> list[int]:
    now = LONG_AGO + timedelta(minutes=30)
    return [row.id for row in db.session.scalars(queries.live_sign_ins(person.id, now))]


def test_deactivating_ends_every_session() -> None:
    dana = make_person()
    begin(dana)
    services.deactivate_person(dana, by=BY_NOBODY)
    assert live(dana) == []
    assert not dana.is_active


def test_a_new_password_of_ones_own_ends_the_other_sessions() -> None:
    dana = make_person()
    first, second = begin(dana), begin(dana, minutes_later=1)
    by = services.By(dana, LONG_AGO + timedelta(minutes=2))
    ended = services.change_password(dana, current=PASSWORD, new="another horse battery", keep=second, by=by)
    assert (ended, live(dana)) == (1, [second])
    assert first != second
    assert services.is_password("another horse battery", dana.password_hash)


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [
        ("wrong horse battery", "another horse battery", "current password is not right"),
        (PASSWORD, PASSWORD, "same as the current"),
        (PASSWORD, "too short", "at least 12"),
        (PASSWORD, services.DEMO_PASSWORD, "password of the demo"),
    ],
)
def test_a_bad_change_of_password_is_refused_and_changes_nothing(current: str, new: str, words: str) -> None:
    dana = make_person()
    with pytest.raises(Refused, match=words):
        services.change_password(dana, current=current, new=new, keep=None, by=services.By(dana, LONG_AGO))
    assert services.is_password(PASSWORD, dana.password_hash)


def test_nobody_ends_the_session_of_somebody_else() -> None:
    dana, sol = make_person(), make_person(Role.MANAGER)
    session = begin(dana)
    with pytest.raises(NotFound):
        services.end_sign_in(sol, session, LONG_AGO)
    assert live(dana) == [session]


def test_the_table_keeps_only_the_hash_of_a_token() -> None:
    row, token = services.begin_sign_in(
        make_person(), attempt_id=0, password=PASSWORD, address="", user_agent="", now=LONG_AGO
    )
    assert token not in row.token_hash
    assert queries.sign_in_with(services.hash_of_token(token)) is row
    assert len(token) >= 43


def test_a_hash_made_with_other_settings_is_made_anew_at_sign_in() -> None:
    dana = make_person()
    dana.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert services.needs_rehash(dana.password_hash)
    begin(dana)
    assert not services.needs_rehash(dana.password_hash)
    assert services.is_password(PASSWORD, dana.password_hash)


def test_nobodys_password_is_ever_right() -> None:
    assert not services.is_password("anything at all", None)
    assert not services.is_password("anything at all", "not a hash")


def test_generated_passwords_are_good_and_differ() -> None:
    made = {services.generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        services.require_good_password(password, email="dana@b.gov", name="Dana Marsh")


def test_team_names_are_the_only_ones_of_their_kind() -> None:
    team = make_team("Food safety")
    with pytest.raises(Conflict):
        services.add_team("food  SAFETY", by=BY_NOBODY)
    with pytest.raises(Invalid):
        services.add_team("  ", by=BY_NOBODY)
    services.rename_team(team, "FOOD safety", by=BY_NOBODY)
    assert team.name == "FOOD safety"
