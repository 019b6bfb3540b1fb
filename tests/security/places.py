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
WRITERS: frozenset[Role | None] = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


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
    "accounts.away": Place(SIGNED_IN, 200, 422),
    "accounts.away_of": Place(SUPERVISORS, 200, 422),
    "accounts.change_password": Place(SIGNED_IN, post=400),
    "accounts.deactivate_person": Place(ADMINISTRATORS, post=302),
    "accounts.end_other_sessions": Place(SIGNED_IN, post=302),
    # The session asked for is somebody else's.
    "accounts.end_session": Place(SIGNED_IN, post=404),
    # An empty form says nothing of what somebody can carry.
    "accounts.load": Place(ADMINISTRATORS, post=302),
    "accounts.people": Place(ADMINISTRATORS, 200),
    # An empty form leaves what the page had chosen already.
    "accounts.person": Place(ADMINISTRATORS, 200, 302),
    "accounts.reactivate_person": Place(ADMINISTRATORS, post=200),
    # There is no such absence.
    "accounts.remove_absence": Place(SIGNED_IN, post=404),
    "accounts.replace_password": Place(ADMINISTRATORS, post=200),
    "accounts.sign_in": Place(EVERYBODY, 200, 400),
    "accounts.sign_out": Place(EVERYBODY, post=302),
    "accounts.team": Place(ADMINISTRATORS, 200, 400),
    "cases.access": Place(SUPERVISORS, 200, 302),
    # Nothing waits to be checked in the case that is asked for.
    "cases.approval": Place(STAFF, 200),
    "cases.approval_rules": Place(ADMINISTRATORS, 200, 422),
    "cases.approvals": Place(SUPERVISORS, 200),
    "cases.ask_again": Place(STAFF, post=409),
    "cases.checked_staff": Place(ADMINISTRATORS, post=302),
    "cases.release": Place(SUPERVISORS, post=409),
    "cases.remove_approval_rule": Place(ADMINISTRATORS, post=409),
    "cases.return_answer": Place(SUPERVISORS, post=422),
    "cases.withdraw_answer": Place(STAFF, post=409),
    "cases.add_files": Place(STAFF, post=409),
    "cases.action": Place(STAFF, 200, 302),
    "cases.actions": Place(STAFF, 200),
    "cases.assign": Place(STAFF, post=409),
    "cases.assign_many": Place(STAFF, post=409),
    "cases.board": Place(SUPERVISORS, 200),
    "cases.board_balance": Place(SUPERVISORS, 200, 302),
    # Nobody is chosen.
    "cases.board_give": Place(SUPERVISORS, post=409),
    "cases.board_undo": Place(SUPERVISORS, post=302),
    # Nobody asked for the change that is asked for here.
    "cases.bulk": Place(STAFF, 404, 404),
    "cases.bulk_confirm": Place(STAFF, post=404),
    "cases.bulk_start": Place(STAFF, post=400),
    "cases.break_glass": Place(SUPERVISORS, 200, 422),
    "cases.glass_broken": Place(MANAGERS, 200),
    "cases.case": Place(STAFF, 200),
    "cases.clocks": Place(STAFF, 200),
    "cases.choose_columns": Place(STAFF, post=302),
    "cases.delete_view": Place(STAFF, post=404),
    "cases.edit_view": Place(STAFF, 404, 404),
    # The kind of file that is asked for is none.
    "cases.export": Place(STAFF, 404),
    "cases.filter_list": Place(STAFF, 200),
    "cases.restore_view": Place(STAFF, post=404),
    "cases.save_view": Place(STAFF, 200, 422),
    "cases.tag": Place(STAFF, post=409),
    "cases.tag_suggestions": Place(STAFF, 200),
    "cases.casefile": Place(STAFF, 200, 200),
    "cases.casefile_made": Place(STAFF, 200),
    "cases.casefile_pdf": Place(STAFF, 200),
    "cases.customer_history": Place(STAFF, 200),
    "cases.decide": Place(STAFF, 200, 422),
    "cases.file": Place(STAFF, 200),
    "cases.earlier": Place(STAFF, 200),
    "cases.edit_issue": Place(STAFF, 200, 302),
    # An empty form was not sent from its own page, and this tells a customer something.
    "cases.end_action": Place(STAFF, 200, 422),
    "cases.find_customers": Place(STAFF, 200),
    # An empty form chooses no kind, no department and no agency.
    "cases.change_kind": Place(STAFF, 200, 422),
    "cases.transfer": Place(STAFF, 200, 422),
    "cases.came_from": Place(STAFF, 200, 422),
    "cases.hand_over": Place(STAFF, 200, 422),
    "cases.link": Place(STAFF, 200, 422),
    "cases.merge": Place(STAFF, 200, 422),
    "cases.split": Place(STAFF, 200, 422),
    # Nothing is linked, merged or split yet.
    "cases.undo_merge": Place(STAFF, post=409),
    "cases.undo_split": Place(STAFF, post=409),
    "cases.unlink": Place(STAFF, post=409),
    # A form without a key cannot be kept; the draft asked for is nobody's.
    "cases.discard_draft": Place(STAFF, post=404),
    "cases.keep_draft": Place(STAFF, post=413),
    "cases.log": Place(STAFF, 200, 422),
    # An empty form takes every limit away.
    "cases.remedy_limits": Place(ADMINISTRATORS, 200, 302),
    "cases.take_back_draft": Place(STAFF, post=404),
    "cases.look_at_file": Place(STAFF, 200),
    "cases.move": Place(STAFF, 200, 302),
    "cases.new_action": Place(STAFF, 200, 422),
    "cases.new_issue": Place(STAFF, 200, 422),
    "cases.presence": Place(STAFF, post=200),
    "cases.promises": Place(STAFF, 200),
    "cases.put_back_file": Place(STAFF, post=302),
    "cases.queue": Place(STAFF, 200),
    "cases.remove_file": Place(STAFF, 200, 422),
    "cases.watch": Place(STAFF, post=302),
    "cases.suggest_category": Place(STAFF, 200),
    "cases.stage_files": Place(STAFF, post=422),
    "catalogue.guidance": Place(SIGNED_IN, 200),
    # An empty form leaves what the page had chosen already.
    "catalogue.guidance_edit": Place(WRITERS, 200, 302),
    "catalogue.guidance_for": Place(STAFF, 200),
    "catalogue.guidance_list": Place(SIGNED_IN, 200),
    "catalogue.guidance_read": Place(SIGNED_IN, post=302),
    "catalogue.guidance_withdraw": Place(WRITERS, post=302),
    "catalogue.guidance_write": Place(WRITERS, 200, 422),
    "communications.call": Place(STAFF, 200, 422),
    "communications.heard": Place(STAFF, 200, 422),
    "communications.letter": Place(STAFF, 200),
    "communications.letters": Place(STAFF, 200),
    "communications.mail": Place(MANAGERS, 200),
    "communications.messages": Place(STAFF, 200),
    "communications.names": Place(STAFF, 200),
    "communications.note": Place(STAFF, 200, 422),
    "communications.posted": Place(STAFF, post=422),
    "communications.reply": Place(STAFF, 200, 422),
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
    "notices.choices": Place(STAFF, 200, 302),
    "notices.notices": Place(STAFF, 200),
    # There is no notice of this number that anybody may open.
    "notices.open_notice": Place(STAFF, 404),
    "notices.read": Place(STAFF, post=404),
    "notices.read_all": Place(STAFF, post=400),
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
    "search.alike": Place(STAFF, 200),
    "search.search": Place(STAFF, 200),
    "calendars.add": Place(ADMINISTRATORS, post=422),
    "calendars.begin": Place(ADMINISTRATORS, post=303),
    "calendars.bring_in": Place(ADMINISTRATORS, post=422),
    "calendars.calendar": Place(ADMINISTRATORS, 200),
    "calendars.calendars": Place(ADMINISTRATORS, 200),
    "calendars.discard": Place(ADMINISTRATORS, post=409),
    "calendars.edit": Place(ADMINISTRATORS, 409, 422),
    "calendars.file": Place(ADMINISTRATORS, 200),
    "standards.begin": Place(ADMINISTRATORS, post=303),
    "standards.code": Place(ADMINISTRATORS, 200),
    "standards.codes": Place(ADMINISTRATORS, 200),
    "standards.discard": Place(ADMINISTRATORS, post=409),
    "standards.edit": Place(ADMINISTRATORS, 409, 422),
    "standards.new": Place(ADMINISTRATORS, 200, 422),
    "standards.standard": Place(ADMINISTRATORS, 200),
    "standards.standards": Place(ADMINISTRATORS, 200),
    "standards.take_over": Place(ADMINISTRATORS, post=303),
    # An empty form holds no file, no name, and no draft of this number is there.
    "processes.bring_in": Place(ADMINISTRATORS, post=422),
    "processes.copy": Place(ADMINISTRATORS, post=303),
    "processes.discard": Place(ADMINISTRATORS, post=404),
    "processes.draft": Place(ADMINISTRATORS, 404, 404),
    "processes.draft_file": Place(ADMINISTRATORS, 404),
    "processes.file": Place(ADMINISTRATORS, 200),
    "processes.load": Place(ADMINISTRATORS, post=404),
    "processes.move": Place(ADMINISTRATORS, 404, 404),
    "processes.processes": Place(ADMINISTRATORS, 200),
    "processes.publish": Place(ADMINISTRATORS, 404, 404),
    "processes.remove": Place(ADMINISTRATORS, post=404),
    "processes.shift": Place(ADMINISTRATORS, post=404),
    "processes.state": Place(ADMINISTRATORS, 404, 404),
    "processes.trial": Place(ADMINISTRATORS, post=404),
    "processes.use": Place(ADMINISTRATORS, post=303),
    "processes.version": Place(ADMINISTRATORS, 200),
    # Nothing was looked at yet; version 1 of the calendar is in force, which somebody who looks at it is told.
    "changes.cases_csv": Place(ADMINISTRATORS, 404),
    "changes.change": Place(ADMINISTRATORS, 404, 404),
    "changes.listing": Place(ADMINISTRATORS, 200),
    "changes.preview_calendar": Place(ADMINISTRATORS, 200, 303),
    "changes.preview_standard": Place(ADMINISTRATORS, 200, 303),
    # There is no other version yet to which cases could go, which both are told; and no cases were moved.
    "versions.choose": Place(ADMINISTRATORS, 200, 200),
    "versions.moving": Place(ADMINISTRATORS, 404),
    "rules.add": Place(ADMINISTRATORS, 200, 422),
    "rules.capacity": Place(ADMINISTRATORS, post=422),
    # There is no rule yet.
    "rules.move": Place(ADMINISTRATORS, post=404),
    "rules.remove": Place(ADMINISTRATORS, post=404),
    "rules.rule": Place(ADMINISTRATORS, 404, 404),
    "rules.rules": Place(ADMINISTRATORS, 200),
    "static": Place(EVERYBODY, 200),
    "web.healthz": Place(EVERYBODY, 200),
    "web.index": Place(EVERYBODY, 302),
    "web.metrics": Place(EVERYBODY, 200),
    # No broker is set in tests.
    "web.readyz": Place(EVERYBODY, 503),
    "web.settings": Place(ADMINISTRATORS, 200),
    "web.today": Place(SIGNED_IN, 200),
}
