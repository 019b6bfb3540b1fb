"""What docs/screens shows beside the pages of the day: what each step of a case asks, settings, and the public's."""

from collections.abc import Mapping

from playwright.sync_api import Page

from tools.screen_shot import Shot


def see_casefile(page: Page) -> None:
    """A case file before it is made."""
    page.get_by_role("button", name="See what goes in").click()
    page.wait_for_load_state("networkidle")


def make_casefile(page: Page) -> None:
    """A case file that was asked for, and is there."""
    see_casefile(page)
    page.get_by_role("button", name="Make the PDF").click()
    page.wait_for_load_state("networkidle")
    for _ in range(20):
        if page.get_by_role("link", name="Download the PDF").count():
            return
        page.wait_for_timeout(500)
        page.reload()


# What is asked when something is done in a case.
STEPS: Mapping[str, Shot] = {
    "move": Shot("dana", "<case>/moves/extend"),
    "due-dates": Shot("dana", "<case>/clocks"),
    "change-kind": Shot("dana", "<case>/kind"),
    "transfer": Shot("dana", "<case>/transfer"),
    "came-from": Shot("dana", "<case>/came-from"),
    "issue": Shot("dana", "<case>/issues/1"),
    "issue-new": Shot("dana", "<case>/issues/new"),
    "issue-about": Shot("dana", "<case>/issues/1/about"),
    "heard": Shot("dana", "<case>/heard"),
    "earlier": Shot("dana", "<case>/earlier"),
    "file": Shot("dana", "<file>/look"),
    "file-remove": Shot("dana", "<file>/remove"),
    "promise-change": Shot("dana", "<promise>"),
    "promise-end": Shot("dana", "<promise>/end"),
    "casefile": Shot("dana", "<case>/casefile"),
    "casefile-preview": Shot("dana", "<case>/casefile", see_casefile),
    "casefile-made": Shot("dana", "<case>/casefile", make_casefile),
    "message": Shot("dana", "<message>"),
    "letter": Shot("dana", "<letter>/letter"),
    "access": Shot("amara", "<case>/access"),
    "break-glass": Shot("amara", "/cases/break-glass"),
    "glass-broken": Shot("sol", "/cases/break-glass/who"),
    "queue-view": Shot("dana", "<view>"),
}
# What is set up, and everybody's own account.
SETTINGS: Mapping[str, Shot] = {
    "account": Shot("dana", "/account"),
    "away": Shot("dana", "/account/away"),
    "away-of": Shot("amara", "<away>"),
    "people": Shot("wen", "/settings/people"),
    "person": Shot("wen", "<person>"),
    "person-new": Shot("wen", "/settings/people/add"),
    "team": Shot("wen", "/settings/teams/1"),
    "team-new": Shot("wen", "/settings/teams/add"),
    "assignment-rule": Shot("wen", "/settings/assignment/1"),
    "assignment-rule-new": Shot("wen", "/settings/assignment/add"),
    "guidance-new": Shot("sol", "/guidance/write"),
    "mail": Shot("sol", "/mail"),
    "refused": Shot("dana", "/settings/people"),
}
# What becomes of figures and opportunities.
IMPROVEMENT: Mapping[str, Shot] = {
    "measure-cases": Shot("sol", "/performance/overdue_now/cases"),
    "opportunity-cases": Shot("sol", "<opportunity>/cases"),
    "opportunity-accept": Shot("sol", "<found>/accept"),
    "opportunity-dismiss": Shot("sol", "<found>/dismiss"),
    "opportunity-merge": Shot("sol", "<found>/merge"),
    "action-new": Shot("sol", "<opportunity>/actions/new"),
    "action-done": Shot("sol", "<action>"),
    "action-publish": Shot("sol", "<publish>"),
}


def answer_anonymously(page: Page) -> None:
    """The last question, answered; what was said is there to be checked."""
    page.get_by_label("I do not want to give my name").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state("networkidle")


PUBLIC: Mapping[str, Shot] = {
    "you-said": Shot("", "/you-said-we-did"),
    "tell-us-start": Shot("", "/tell-us"),
    "tell-us": Shot("", "/tell-us/reach"),
    "tell-us-check": Shot("", "/tell-us/reach", answer_anonymously),
    "tell-us-saved": Shot("", "/tell-us/saved"),
    "tell-us-help": Shot("", "/tell-us/help"),
    "how-we-handle": Shot("", "/how-we-handle-complaints"),
    "privacy": Shot("", "/privacy"),
    "accessibility": Shot("", "/accessibility"),
    "track": Shot("", "/track"),
    "track-sent": Shot("", "/track/sent"),
    "your-case": Shot("", "<your-case>"),
    "your-case-message": Shot("", "<your-case>/message"),
    "not-found": Shot("", "/there-is-nothing-here"),
    "sign-in": Shot("", "/sign-in"),
}
# Where a link leads that is looked up: the page it stands on (which may itself be looked up), and which link.
FIRST = {
    "case": ("/cases/?view=open&tag=press", "tbody [data-open]"),
    "restricted": ("/cases/?view=open&restricted=yes", "tbody [data-open]"),
    "approval": ("/cases/approvals", "main tbody a"),
    "guidance": ("/guidance", "main a:has-text('A visit was promised')"),
    "opportunity": ("/improvement/?show=in_hand", "main table a.plain"),
    "tell": ("<opportunity>", "main a[href$='/tell']"),
    "found": ("/improvement/?show=found", "main table a.plain"),
    "action": ("<opportunity>", "main a[href$='/done']"),
    "publish": ("<opportunity>", "main a[href$='/publish']"),
    "file": (
        "<case>",
        "main a[href*='/files/']:not([href$='/look']):not([href$='/remove']):has-text('.txt')",
    ),
    "promise": ("<case>", "main a[href*='/actions/']:not([href$='/end']):not([href$='/new'])"),
    "message": ("/messages", "main a[href^='/messages/']"),
    "letter": ("/messages", "main tr:has-text('letter') a[href^='/messages/']"),
    "view": ("<kept>", "main a[href^='/cases/views/']"),
    "kept": ("/cases/?view=mine", "a[href*='saved=1']"),
    "person": ("/settings/people", "main a[href^='/settings/people/']:has-text('Dana')"),
    "away": ("/cases/board", "main a[href^='/people/'][href$='/away']"),
}
