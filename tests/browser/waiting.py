"""Waiting for what the worker does: the page is asked for again until it shows it."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

WORKER_SECONDS = 90


def is_seen(wanted: Locator, seconds: float = WORKER_SECONDS) -> None:
    """Ask for the page again until it shows `wanted`; fails when that takes longer."""
    page, deadline = wanted.page, time.monotonic() + seconds
    while not wanted.first.is_visible():
        assert time.monotonic() < deadline, f"{page.url} did not show {wanted} within {seconds} s"
        page.wait_for_timeout(500)
        page.reload()


def count_in(page: Page, measure: str) -> int:
    """How many cases the present month of a measure has, as its page says: none while it has no line yet."""
    page.goto(f"/performance/{measure}")
    page.get_by_text("Show the figures as a table").click()
    newest = page.get_by_role("table", name="Figures by month").get_by_role("row").nth(1)
    if f"{datetime.now(ZoneInfo('America/Chicago')):%B %Y}" not in newest.inner_text():
        return 0
    return int(newest.get_by_role("cell").first.inner_text().replace(",", ""))


def counts_reach(page: Page, wanted: dict[str, int], seconds: float = WORKER_SECONDS) -> None:
    """Wait until the present month of each measure counts at least so many cases."""
    deadline = time.monotonic() + seconds
    while (found := {measure: count_in(page, measure) for measure in wanted}) != wanted:
        missing = {measure: n for measure, n in wanted.items() if found[measure] < n}
        if not missing:
            return
        assert time.monotonic() < deadline, f"the figures are {found} and not yet {wanted}"
        page.wait_for_timeout(1000)
