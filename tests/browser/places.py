"""Every page there is, with somebody who may open it, on the data of the demo."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from casework.cases.links import link_token
from casework.cases.models import Case
from tools.demo_stack import DemoStack

# Not pages: files, signs of life, figures as a file, and what htmx puts into another page.
NOT_PAGES = {
    "static", "web.index", "web.healthz", "web.readyz", "web.metrics", "measures.series_csv",
    "cases.find_customers", "cases.customer_history", "cases.promises", "cases.suggest_category",
    "cases.tag_suggestions", "communications.names", "search.alike", "notices.open_notice",
    "cases.export", "cases.file", "cases.casefile_pdf", "processes.file", "processes.draft_file",
    "changes.cases_csv", "calendars.file",
}  # fmt: skip
# These come up one after another: in the walk through the questions, and when something has been chosen or made.
WALKED = {
    "portal.question", "portal.check", "portal.saved", "portal.come_back",
    "cases.bulk", "cases.casefile_made", "versions.moving", "changes.change",
    "processes.draft", "processes.state", "processes.move", "processes.publish", "calendars.edit",
    "standards.edit",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page. With `empty` its form is also sent empty, which must be answered with what is missing."""

    endpoint: str
    address: str
    empty: bool = False


class Demo:
    """What the demo holds, looked up in its database."""

    def __init__(self, stack: DemoStack) -> None:
        self.stack = stack

    def one(self, query: str, *values: object) -> str:
        """The one value that the query finds first."""
        with closing(sqlite3.connect(f"file:{self.stack.data_dir / 'casework.db'}?mode=ro", uri=True)) as db:
            found = db.execute(query, values).fetchone()
        assert found is not None, f"The demo holds nothing for: {query} {values}"
        return str(found[0])

    def case(self, state: str, kind: str = "complaint") -> str:
        """The reference of a case in this state."""
        return self.one(
            "SELECT reference FROM cases WHERE state = ? AND kind = ? AND NOT is_restricted"
            " AND decision_state <> 'queued' ORDER BY id DESC",
            *(state, kind),
        )

    def full_case(self) -> str:
        """The reference of a case of Dana's with files, tags, promises and a case that was merged into it."""
        return self.one(
            "SELECT o.reference FROM case_links l JOIN cases o ON o.id = l.other_id"
            " WHERE l.kind = 'duplicate' AND o.file_count > 0 AND o.open_actions > 0 AND NOT o.is_restricted"
        )

    def approval(self, state: str) -> str:
        """The reference of a case with an answer of Dana's that waits to be checked, or came back."""
        return self.one(
            "SELECT c.reference FROM approvals a JOIN cases c ON c.id = a.case_id"
            " JOIN users u ON u.id = a.asked_by_id WHERE a.state = ? AND u.email LIKE 'dana@%'",
            state,
        )

    def private_page(self, state: str) -> str:
        """The address of the customer's page of a case in this state."""
        reference = self.case(state)
        nonce = self.one("SELECT link_nonce FROM cases WHERE reference = ?", reference)
        key = int(self.one("SELECT id FROM cases WHERE reference = ?", reference))
        token = link_token(Case(id=key, link_nonce=nonce), self._secret)
        return f"/your-case/{reference}/{token}"

    @cached_property
    def _secret(self) -> str:
        return (self.stack.data_dir / "secret-key").read_text(encoding="utf-8").strip()


def places_of(who: str, demo: Demo) -> Iterator[Place]:
    """The pages that this person visits; "" stands for a member of the public."""
    return _OF[who](demo)


def _public(demo: Demo) -> Iterator[Place]:
    yield Place("accounts.sign_in", "/sign-in", empty=True)
    yield Place("portal.start", "/tell-us")
    yield Place("portal.help", "/tell-us/help")
    yield Place("portal.how_we_handle", "/how-we-handle-complaints")
    yield Place("portal.privacy", "/privacy")
    yield Place("portal.accessibility", "/accessibility")
    yield Place("portal.you_said", "/you-said-we-did")
    yield Place("portal.track", "/track", empty=True)
    yield Place("portal.track_sent", "/track/sent")
    offered = demo.private_page("remedy_proposed")
    yield Place("portal.your_case", offered, empty=True)
    yield Place("portal.your_case", demo.private_page("investigating") + "?new=1")
    yield Place("portal.message", f"{offered}/message", empty=True)
    yield Place("portal.review", f"{demo.private_page('responded')}/review", empty=True)
    yield Place("", "/there-is-nothing-here")
    yield Place("", "/your-case/26-00001/not-the-right-token-at-all")


def _dana(demo: Demo) -> Iterator[Place]:
    busy = f"/cases/{demo.case('investigating')}"
    yield Place("web.today", "/today")
    for view in ("mine", "unassigned", "overdue", "closed"):
        yield Place("cases.queue", f"/cases/?view={view}")
    yield Place("cases.log", "/cases/new", empty=True)
    yield Place("search.search", "/search?q=kitchen")
    yield Place("search.search", "/search?q=nothing-like-this")
    for state in ("received", "investigating", "remedy_proposed", "closed"):
        yield Place("cases.case", f"/cases/{demo.case(state)}")
    yield Place("cases.move", f"/cases/{demo.case('received')}/moves/acknowledge")
    yield Place("cases.move", f"/cases/{demo.case('acknowledged')}/moves/assess")
    yield Place("cases.move", f"{busy}/moves/ask_customer", empty=True)
    yield Place("cases.move", f"{busy}/moves/extend", empty=True)
    yield Place("cases.decide", f"{busy}/issues/1")
    yield Place("cases.new_issue", f"{busy}/issues/new", empty=True)
    yield Place("communications.note", f"{busy}/notes/new", empty=True)
    yield Place("communications.heard", f"{busy}/heard", empty=True)
    yield Place("communications.messages", "/messages")
    yield Place("communications.messages", "/messages?what=letters")
    yield Place("communications.letters", "/messages/letters")
    by_hand = demo.one("SELECT id FROM communications WHERE delivery = 'by_hand'")
    yield Place("communications.settle", f"/messages/{by_hand}")
    yield Place("accounts.account", "/account", empty=True)
    yield Place("accounts.away", "/account/away", empty=True)
    yield Place("notices.notices", "/notices")
    yield Place("notices.choices", "/account/notices")
    yield Place("catalogue.guidance_list", "/guidance")
    yield Place("", "/settings/people")


def _dana_on_a_case(demo: Demo) -> Iterator[Place]:
    full = demo.full_case()
    key = int(demo.one("SELECT id FROM cases WHERE reference = ?", full))
    text = demo.one("SELECT id FROM case_files WHERE case_id = ? AND kind = 'text'", key)
    action = demo.one("SELECT id FROM case_actions WHERE case_id = ? AND state = 'open'", key)
    at = f"/cases/{full}"
    yield Place("cases.case", at)
    yield Place("cases.case", f"/cases/{demo.case('duplicate')}")
    yield Place("cases.approval", f"/cases/{demo.approval('waiting')}/approval")
    yield Place("cases.approval", f"/cases/{demo.approval('returned')}/approval")
    yield Place("cases.earlier", f"{at}/earlier")
    yield Place("cases.casefile", f"{at}/casefile")
    yield Place("cases.actions", "/cases/actions")
    yield Place("cases.new_action", f"{at}/actions/new", empty=True)
    yield Place("cases.action", f"{at}/actions/{action}", empty=True)
    yield Place("cases.end_action", f"{at}/actions/{action}/end", empty=True)
    yield Place("cases.look_at_file", f"{at}/files/{text}/look")
    yield Place("cases.remove_file", f"{at}/files/{text}/remove", empty=True)
    yield Place("cases.edit_issue", f"{at}/issues/1/about", empty=True)
    yield Place("cases.link", f"{at}/link", empty=True)
    yield Place("cases.merge", f"/cases/{demo.case('investigating')}/merge", empty=True)
    yield Place("cases.split", f"/cases/{demo.case('investigating')}/split", empty=True)
    yield Place("communications.call", f"{at}/calls/new", empty=True)
    yield Place("communications.reply", f"{at}/reply", empty=True)
    letter = demo.one("SELECT id FROM communications WHERE channel = 'letter' AND delivery = 'by_hand'")
    yield Place("communications.letter", f"/messages/{letter}/letter")
    category = demo.one("SELECT category_id FROM guidance WHERE is_current AND category_id IS NOT NULL")
    guidance = demo.one("SELECT id FROM guidance WHERE is_current ORDER BY id")
    yield Place("catalogue.guidance_for", f"/guidance/for?category_id={category}")
    yield Place("catalogue.guidance", f"/guidance/{guidance}")
    view = demo.one(
        "SELECT v.id FROM saved_views v JOIN users u ON u.id = v.owner_id WHERE u.email LIKE 'dana@%'"
    )
    yield Place("cases.edit_view", f"/cases/views/{view}", empty=True)
    yield Place("cases.save_view", "/cases/views?view=open", empty=True)
    yield Place("cases.filter_list", "/cases/filter?view=open&severity=3")


def _amara(demo: Demo) -> Iterator[Place]:
    yield Place("web.today", "/today")
    yield Place("cases.board", "/cases/board")
    yield Place("cases.board_balance", "/cases/board/balance")
    dana = demo.one("SELECT id FROM users WHERE email LIKE 'dana@%'")
    yield Place("accounts.away_of", f"/people/{dana}/away")
    yield Place("cases.queue", "/cases/?view=open")
    yield Place("cases.access", f"/cases/{demo.case('received')}/access")
    yield Place("cases.hand_over", f"/cases/{demo.case('investigating')}/hand-over")
    yield Place("cases.clocks", f"/cases/{demo.case('investigating')}/clocks")
    for page, endpoint in (("kind", "change_kind"), ("transfer", "transfer"), ("came-from", "came_from")):
        yield Place(f"cases.{endpoint}", f"/cases/{demo.case('investigating')}/{page}")
    yield Place("cases.approvals", "/cases/approvals")
    yield Place("cases.approval", f"/cases/{demo.approval('waiting')}/approval")
    yield Place("cases.break_glass", "/cases/break-glass", empty=True)
    yield Place("cases.actions", "/cases/actions?whose=team")
    yield Place("measures.scorecard", "/performance")
    for name in ("received", "time_to_respond", "overdue_now"):
        yield Place("measures.measure", f"/performance/{name}")
    yield Place("measures.cases", "/performance/overdue_now/cases")
    yield Place("measures.measure", "/performance/there-is-no-such-measure")


def _sol(demo: Demo) -> Iterator[Place]:
    acted = demo.one("SELECT opportunity_id FROM improvement_actions WHERE done_at IS NOT NULL")
    found = demo.one("SELECT id FROM opportunities WHERE state = 'found' ORDER BY id DESC")
    done = demo.one("SELECT id FROM improvement_actions WHERE done_at IS NOT NULL")
    planned = demo.one("SELECT id FROM improvement_actions WHERE done_at IS NULL")
    yield Place("improvement.opportunities", "/improvement/")
    yield Place("improvement.opportunity", f"/improvement/{found}")
    yield Place("improvement.opportunity", f"/improvement/{acted}")
    yield Place("improvement.cases", f"/improvement/{acted}/cases")
    yield Place("improvement.accept", f"/improvement/{found}/accept")
    yield Place("improvement.dismiss", f"/improvement/{found}/dismiss", empty=True)
    yield Place("improvement.merge", f"/improvement/{found}/merge")
    yield Place("improvement.new_action", f"/improvement/{acted}/actions/new", empty=True)
    yield Place("improvement.done", f"/improvement/actions/{planned}/done", empty=True)
    yield Place("improvement.tell", f"/improvement/actions/{done}/tell")
    yield Place("improvement.tell", f"/improvement/actions/{planned}/tell")
    yield Place("improvement.publish", f"/improvement/actions/{planned}/publish", empty=True)
    yield Place("communications.mail", "/mail")
    yield Place("cases.case", f"/cases/{demo.one('SELECT reference FROM cases WHERE is_restricted')}")
    yield Place("cases.glass_broken", "/cases/break-glass/who")
    yield Place("catalogue.guidance_write", "/guidance/write", empty=True)
    guidance = demo.one("SELECT id FROM guidance WHERE is_current ORDER BY id")
    yield Place("catalogue.guidance_edit", f"/guidance/{guidance}/edit", empty=True)


def _wen(demo: Demo) -> Iterator[Place]:
    yield Place("accounts.people", "/settings/people")
    yield Place("accounts.add_person", "/settings/people/add", empty=True)
    yield Place("accounts.person", "/settings/people/1")
    yield Place("accounts.add_team", "/settings/teams/add", empty=True)
    yield Place("accounts.team", "/settings/teams/1", empty=True)
    yield Place("cases.remedy_limits", "/cases/limits")
    yield Place("cases.approval_rules", "/cases/approvals/rules", empty=True)
    yield Place("web.today", "/today")
    yield Place("web.settings", "/settings")
    yield Place("processes.processes", "/settings/processes")
    yield Place("processes.version", "/settings/processes/versions/1")
    yield Place("calendars.calendars", "/settings/calendars")
    yield Place("calendars.calendar", "/settings/calendars/1?month=2026-11")
    yield Place("standards.standards", "/settings/standards")
    yield Place("standards.standard", "/settings/standards/2")
    yield Place("standards.new", "/settings/standards/new")
    yield Place("standards.codes", "/settings/standards/codes")
    yield Place("standards.code", "/settings/standards/codes/fca-disp")
    yield Place("versions.choose", "/settings/processes/versions/1/cases")
    yield Place("changes.listing", "/settings/changes")
    yield Place("changes.preview_calendar", "/settings/changes/calendars/1")
    yield Place("changes.preview_standard", "/settings/changes/standards/1")
    yield Place("rules.rules", "/settings/assignment?try=1")
    yield Place("rules.add", "/settings/assignment/add")
    yield Place("rules.rule", "/settings/assignment/1")
    yield Place("", "/cases/")


_OF = {
    "": _public,
    "dana": _dana,
    "dana with a case": _dana_on_a_case,
    "amara": _amara,
    "sol": _sol,
    "wen": _wen,
}
