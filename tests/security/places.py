"""Every address of the application with who may use it: a new one must take its place here, or a test fails."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.accounts.roles import Role

EVERYBODY: frozenset[Role | None] = frozenset({None, *Role})
SIGNED_IN: frozenset[Role | None] = frozenset(Role)
STAFF: frozenset[Role | None] = frozenset({Role.FRONTLINE, Role.SUPERVISOR, Role.MANAGER})
SUPERVISORS: frozenset[Role | None] = frozenset({Role.SUPERVISOR, Role.MANAGER})
MANAGERS: frozenset[Role | None] = frozenset({Role.MANAGER})
ADMINISTRATORS: frozenset[Role | None] = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Place:
    """Who gets in, and what they are answered: when they ask, and when they send an empty form (0: no such way)."""

    audience: frozenset[Role | None]
    get: int = 0
    post: int = 0

    @property
    def methods(self) -> set[str]:
        return {name for name, status in (("GET", self.get), ("POST", self.post)) if status}

    def expected(self, method: str, role: Role | None) -> int:
        """The status that this role is answered; None is somebody who is not signed in."""
        if role in self.audience:
            return self.get if method == "GET" else self.post
        if role is None:
            return 302 if method == "GET" else 401
        return 403


PLACES: Mapping[str, Place] = {
    "accounts.account": Place(SIGNED_IN, 200),
    "accounts.add_person": Place(ADMINISTRATORS, 200, 400),
    "accounts.add_team": Place(ADMINISTRATORS, 200, 400),
    "accounts.change_password": Place(SIGNED_IN, post=400),
    "accounts.deactivate_person": Place(ADMINISTRATORS, post=302),
    "accounts.end_other_sessions": Place(SIGNED_IN, post=302),
    # The session asked for is somebody else's.
    "accounts.end_session": Place(SIGNED_IN, post=404),
    "accounts.people": Place(ADMINISTRATORS, 200),
    # An empty form leaves what the page had chosen already.
    "accounts.person": Place(ADMINISTRATORS, 200, 302),
    "accounts.reactivate_person": Place(ADMINISTRATORS, post=200),
    "accounts.replace_password": Place(ADMINISTRATORS, post=200),
    "accounts.sign_in": Place(EVERYBODY, 200, 400),
    "accounts.sign_out": Place(EVERYBODY, post=302),
    "accounts.team": Place(ADMINISTRATORS, 200, 400),
    "cases.access": Place(SUPERVISORS, 200, 302),
    "cases.assign": Place(STAFF, post=409),
    "cases.assign_many": Place(STAFF, post=409),
    "cases.case": Place(STAFF, 200),
    "cases.customer_history": Place(STAFF, 200),
    "cases.decide": Place(STAFF, 200, 422),
    "cases.find_customers": Place(STAFF, 200),
    "cases.log": Place(STAFF, 200, 422),
    "cases.move": Place(STAFF, 200, 302),
    "cases.new_issue": Place(STAFF, 200, 422),
    "cases.promises": Place(STAFF, 200),
    "cases.queue": Place(STAFF, 200),
    "cases.search": Place(STAFF, 200),
    "communications.heard": Place(STAFF, 200, 422),
    "communications.mail": Place(MANAGERS, 200),
    "communications.messages": Place(STAFF, 200),
    "communications.note": Place(STAFF, 200, 422),
    "communications.settle": Place(STAFF, 200, 422),
    "improvement.accept": Place(MANAGERS, 200, 302),
    "improvement.cases": Place(STAFF, 200),
    "improvement.dismiss": Place(MANAGERS, 200, 422),
    "improvement.done": Place(MANAGERS, 200, 422),
    "improvement.merge": Place(MANAGERS, 200, 422),
    "improvement.new_action": Place(MANAGERS, 200, 422),
    "improvement.opportunities": Place(STAFF, 200),
    "improvement.opportunity": Place(STAFF, 200),
    "improvement.people": Place(MANAGERS, post=302),
    "improvement.publish": Place(MANAGERS, 200, 422),
    "improvement.step": Place(MANAGERS, post=400),
    "improvement.tell": Place(MANAGERS, 200, 422),
    "improvement.withdraw": Place(MANAGERS, post=302),
    "measures.cases": Place(SIGNED_IN, 200),
    "measures.measure": Place(SIGNED_IN, 200),
    "measures.scorecard": Place(SIGNED_IN, 200),
    "measures.series_csv": Place(SIGNED_IN, 200),
    "portal.accessibility": Place(EVERYBODY, 200),
    "portal.answer": Place(EVERYBODY, post=404),
    "portal.check": Place(EVERYBODY, 302),
    "portal.come_back": Place(EVERYBODY, 404),
    "portal.forget": Place(EVERYBODY, post=302),
    "portal.go_on": Place(EVERYBODY, post=404),
    "portal.help": Place(EVERYBODY, 200),
    "portal.how_we_handle": Place(EVERYBODY, 200),
    # The link asked for is a guessed one: it opens nothing, to staff neither.
    "portal.message": Place(EVERYBODY, 404, 404),
    "portal.privacy": Place(EVERYBODY, 200),
    "portal.question": Place(EVERYBODY, 200, 422),
    "portal.review": Place(EVERYBODY, 404, 404),
    "portal.saved": Place(EVERYBODY, 302),
    "portal.send": Place(EVERYBODY, post=302),
    "portal.start": Place(EVERYBODY, 200),
    "portal.track": Place(EVERYBODY, 200, 422),
    "portal.track_sent": Place(EVERYBODY, 200),
    "portal.you_said": Place(EVERYBODY, 200),
    "portal.your_case": Place(EVERYBODY, 404),
    "static": Place(EVERYBODY, 200),
    "web.healthz": Place(EVERYBODY, 200),
    "web.index": Place(EVERYBODY, 302),
    "web.metrics": Place(EVERYBODY, 200),
    # No broker is set in tests.
    "web.readyz": Place(EVERYBODY, 503),
    "web.today": Place(STAFF, 200),
}
