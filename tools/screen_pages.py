"""What docs/screens shows: which page, as whom, how one comes there, and what is done on it before the picture."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page

from tools.screen_rest import FIRST, IMPROVEMENT, PUBLIC, SETTINGS, STEPS
from tools.screen_shot import Shot

STORY = "The inspection was booked for Thursday. Nobody came, and nobody called. I closed for the day."
WISH = "Give me a new date that is kept."


def fill_log(page: Page) -> None:
    """A call that is being logged, with what comes up beside it."""
    page.locator("#find").press_sequentially("Ionescu", delay=30)
    page.wait_for_timeout(900)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#narrative").fill(STORY)
    page.locator("#service_id").select_option(label="Restaurant inspections")
    page.locator("[name='issues-0-summary']").fill("Promised visit did not take place")
    page.locator("#severity-1").check()
    page.wait_for_timeout(1200)
    suggested = page.locator("[name='issues-0-suggested'], [data-suggested]")
    if suggested.count():
        suggested.first.click()
    page.wait_for_timeout(900)
    page.wait_for_load_state("networkidle")
    _let_go(page)


def fill_and_resolve(page: Page) -> None:
    """The same call, resolved while the customer is on the line."""
    fill_log(page)
    page.locator("details:has(#answer) > summary").first.click()
    page.locator("#answer").fill(
        "I am sorry. The visit is booked again for Thursday at nine, and I wrote you the number."
    )
    page.locator("[name='finding'][value='upheld']").check(force=True)
    page.wait_for_load_state("networkidle")
    _let_go(page)


def select_three(page: Page) -> None:
    """Three cases are chosen, to be tagged."""
    for box in page.locator("tbody input[type=checkbox]").all()[:3]:
        box.check()


def tag_three(page: Page) -> None:
    """What would become of three chosen cases."""
    select_three(page)
    page.locator("button[name='act'][value='tag']").click()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Tags").fill("visit promised")
    page.get_by_role("button", name="Look at what would change").click()
    page.wait_for_load_state("networkidle")


def see_reply(page: Page) -> None:
    """A message as the customer will get it."""
    page.locator("main textarea:visible").first.fill(
        "The inspector comes on Thursday at nine. You need not be there."
    )
    page.get_by_role("button", name="See it before it goes").click()
    page.wait_for_load_state("networkidle")


def begin_process(page: Page) -> None:
    """A copy of a process, begun or gone on with."""
    page.get_by_role("button", name=re.compile("Edit a copy|Go on with the draft")).first.click()
    page.wait_for_load_state("networkidle")


def see_what_it_changes(page: Page) -> None:
    """What a late holiday changes in the calendar."""
    begin_calendar(page)
    page.get_by_label("Closed days").fill("24 December 2026\n31 December 2026")
    page.get_by_label("Why it changes").fill("The heating is mended.")
    page.get_by_role("button", name="Keep it and see what it changes").click()
    page.wait_for_load_state("networkidle")


def see_which_cases_it_moves(page: Page) -> None:
    """What a draft would move, before it is put in force."""
    see_what_it_changes(page)
    page.get_by_role("button", name="Look at what would happen").click()
    page.wait_for_load_state("networkidle")


def begin_calendar(page: Page) -> None:
    """The next version of a calendar, begun or gone on with."""
    page.locator("form[action$='/begin'] button").click()
    page.wait_for_load_state("networkidle")


def _let_go(page: Page) -> None:
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


STAFF: Mapping[str, Shot] = {
    "today": Shot("dana", "/today"),
    "today-supervisor": Shot("amara", "/today"),
    "today-manager": Shot("sol", "/today"),
    "today-administrator": Shot("wen", "/today"),
    "log": Shot("dana", "/cases/new", fill_log),
    "log-empty": Shot("dana", "/cases/new"),
    "log-resolve": Shot("dana", "/cases/new", fill_and_resolve),
    "queue": Shot("amara", "/cases/?view=open", fills=True),
    "queue-chosen": Shot("amara", "/cases/?view=unassigned", select_three, fills=True),
    "queue-filter": Shot("amara", "/cases/filter?view=open"),
    "queue-columns": Shot(
        "amara", "/cases/?view=open&cols=reference,title,team,handler,respond,tags,updated", fills=True
    ),
    "queue-many": Shot("amara", "/cases/?view=open", tag_three),
    "queue-save": Shot("amara", "/cases/views?view=open&severity=3"),
    "board": Shot("amara", "/cases/board"),
    "board-moves": Shot("amara", "/cases/board/balance"),
    "case": Shot("dana", "<case>"),
    "case-restricted": Shot("amara", "<restricted>"),
    "reply": Shot("dana", "<case>/reply", see_reply),
    "note": Shot("dana", "<case>/notes/new"),
    "call": Shot("dana", "<case>/calls/new"),
    "hand-over": Shot("amara", "<case>/hand-over"),
    "promise": Shot("dana", "<case>/actions/new"),
    "promises": Shot("dana", "/cases/actions"),
    "approvals": Shot("amara", "/cases/approvals"),
    "approval": Shot("amara", "<approval>"),
    "approval-rules": Shot("wen", "/cases/approvals/rules"),
    "link": Shot("dana", "<case>/link"),
    "merge": Shot("dana", "<case>/merge"),
    "split": Shot("dana", "<case>/split"),
    "search": Shot("dana", "/search?q=kitchen"),
    "notices": Shot("dana", "/notices"),
    "notice-choices": Shot("dana", "/account/notices"),
    "guidance": Shot("dana", "/guidance"),
    "guidance-text": Shot("dana", "<guidance>"),
    "guidance-edit": Shot("sol", "<guidance>/edit"),
    "settings": Shot("wen", "/settings"),
    "assignment-rules": Shot("wen", "/settings/assignment"),
    "processes": Shot("wen", "/settings/processes"),
    "process": Shot("wen", "/settings/processes/versions/1"),
    "process-cases": Shot("wen", "/settings/processes/versions/1/cases"),
    "process-edit": Shot("wen", "/settings/processes/versions/1", begin_process),
    "calendars": Shot("wen", "/settings/calendars"),
    "calendar": Shot("wen", "/settings/calendars/1?month=2026-11"),
    "calendar-edit": Shot("wen", "/settings/calendars/1", begin_calendar),
    "calendar-change": Shot("wen", "/settings/calendars/1", see_what_it_changes),
    "calendar-moves": Shot("wen", "/settings/calendars/1", see_which_cases_it_moves),
    "standards": Shot("wen", "/settings/standards"),
    "standard": Shot("wen", "/settings/standards/2"),
    "standard-new": Shot("wen", "/settings/standards/new"),
    "standard-codes": Shot("wen", "/settings/standards/codes"),
    "standard-code": Shot("wen", "/settings/standards/codes/fca-disp"),
    "changes": Shot("wen", "/settings/changes"),
    "change-standard": Shot("wen", "/settings/changes/standards/2"),
    "remedy-limits": Shot("wen", "/cases/limits"),
    "messages": Shot("dana", "/messages"),
    "letters-to-post": Shot("dana", "/messages?what=letters"),
    "letters": Shot("dana", "/messages/letters"),
    "performance": Shot("sol", "/performance"),
    "measure": Shot("sol", "/performance/time_to_respond"),
    "improvement": Shot("sol", "/improvement/"),
    "opportunity": Shot("sol", "<opportunity>"),
    "tell": Shot("sol", "<tell>"),
    **IMPROVEMENT,
    **SETTINGS,
    # Last, because some of them change what the others show.
    **STEPS,
}

ALL: Mapping[str, Shot] = {**STAFF, **PUBLIC}


def found(page: Page, address: str) -> str:
    """The address with what is looked up in it put in."""
    if not address.startswith("<"):
        return address
    name, _, rest = address[1:].partition(">")
    page.goto(found(page, FIRST[name][0]))
    return _href(page, FIRST[name][1]) + rest


def _href(page: Page, selector: str) -> str:
    return page.locator(selector).first.get_attribute("href") or "/"
