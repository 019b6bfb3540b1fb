"""People for tests: made in one line, signed in in one line."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from casework.accounts import services
from casework.accounts.models import Team, User
from casework.accounts.roles import Role
from casework.core.db import transaction

PASSWORD = "correct horse battery"
LONG_AGO = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
BY_NOBODY = services.By(None, LONG_AGO)

NAMES = {
    Role.FRONTLINE: "Dana Marsh",
    Role.SUPERVISOR: "Amara Quill",
    Role.MANAGER: "Sol Ibarra",
    Role.ADMINISTRATOR: "Wen Tran",
}


def email_of(name: str) -> str:
    return name.lower().replace(" ", ".") + "@lakeford.example"


def make_person(
    role: Role = Role.FRONTLINE, name: str = "", *, password: str = PASSWORD, team: Team | None = None
) -> User:
    """Somebody who may sign in, kept in the database."""
    name = name or NAMES[role]
    with transaction():
        return services.add_person(
            email=email_of(name), name=name, role=role, password=password, team=team, by=BY_NOBODY
        )


def make_team(name: str = "Environmental health") -> Team:
    with transaction():
        return services.add_team(name, by=BY_NOBODY)


def sign_in(client: FlaskClient, person: User | str, password: str = PASSWORD, **more: Any) -> Any:
    """What the sign-in form sends."""
    email = person if isinstance(person, str) else person.email
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return bool(client.get("/account").status_code == 200)
