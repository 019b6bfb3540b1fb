"""What the browser tests share: one running Casework, one browser, and the people of the demo signed in."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.visitor import Visitors
from tools.demo_stack import BROWSER_OPTIONS, DemoStack, demo_stack, find_browser

CASES = 600
NO_BROWSER = "There is no Chromium on this machine (Debian: apt-get install chromium)."


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window. Where it is missing the test is skipped, or fails where it is required."""
    program = find_browser()
    if program is None and os.environ.get("CASEWORK_REQUIRE_BROWSER") == "1":
        pytest.fail(NO_BROWSER)
    if program is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(BROWSER_OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def stack(browser: Browser) -> Iterator[DemoStack]:
    """Casework as `make run` starts it, with a demo agency, in a folder whose path has a space."""
    # Not pytest's own folder: nobody but its user may look into that, and the stack may work as another user.
    folder = Path(tempfile.mkdtemp(prefix="casework browser "))
    folder.chmod(0o755)
    try:
        with demo_stack(folder / "data", cases=CASES) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def visitors(browser: Browser, stack: DemoStack) -> Iterator[Visitors]:
    """Who can be asked for a window in which they are signed in."""
    found = Visitors(browser, stack.address)
    yield found
    found.close()


@pytest.fixture
def window(visitors: Visitors) -> Iterator[Callable[..., Page]]:
    """`window("dana")` is a window of Dana's, `window()` one of a member of the public.

    What a page of theirs complained of (script, policy, a file that is not there) fails the test at its end.
    """
    yield visitors.window
    visitors.close_windows()
    assert visitors.take_complaints() == []
