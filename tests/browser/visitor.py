"""People with a browser: their windows, whether they are signed in, and what their pages complained of."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize

from casework.accounts.services import DEMO_PASSWORD

# Answering a form that is not right with status 422, and the like, is meant; the console tells of it all the same.
MEANT = ("status of 400", "status of 403", "status of 404", "status of 409", "status of 422")
# Leaving a page breaks off what it still asked for, and htmx says so in two lines. The first of them stands before
# a request that failed, too: that one is told by "htmx:sendError" or "htmx:timeout", which are heard.
BROKEN_OFF = ("htmx:sendAbort", "htmx:afterRequest")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
PATIENCE_MS = 30_000


@dataclass
class Visitors:
    """The people of the demo (by first name) and members of the public, each with a browser of their own."""

    browser: Browser
    address: str
    kept: dict[str, Any] = field(default_factory=dict)
    open: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def window(self, who: str = "", **options: Any) -> Page:
        """A new window, signed in when `who` is one of the demo's people. `options` are those of a browser context."""
        if who and who not in self.kept:
            self.kept[who] = self._sign_in(who)
        return self._context(storage_state=self.kept.get(who), **options).new_page()

    def take_complaints(self) -> list[str]:
        """What pages complained of since this was asked last."""
        taken = list(self.complaints)
        self.complaints.clear()
        return taken

    def close_windows(self) -> None:
        """Close every window."""
        for context in self.open:
            context.close()
        self.open.clear()

    close = close_windows

    def _context(self, **options: Any) -> BrowserContext:
        usual = {
            "base_url": self.address,
            "locale": "en-US",
            "timezone_id": "America/Chicago",
            "viewport": DESK,
        }
        context = self.browser.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE_MS)
        self.open.append(context)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(_words(error.page, error.error)))
        context.on("requestfailed", self._failed)
        return context

    def _sign_in(self, who: str) -> Any:
        context = self._context()
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(f"{who}@lakeford.example")
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        state = context.storage_state()
        self.open.remove(context)
        context.close()
        return state

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            words in message.text for words in (*MEANT, *BROKEN_OFF)
        ):
            self.complaints.append(_words(message.page, message.text))

    def _failed(self, request: Request) -> None:
        # As above: what was asked for by a page that was left.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")


def _words(page: Page | None, what: str | Error) -> str:
    return f"{page.url if page else 'a page'}: {what}"
