"""`python -m tools.screens`: the pictures in docs/screens, of each page, light and dark, on a desk and a phone.

Starts Casework with the generated agency (600 cases, seed 1) in a folder that is thrown away. Words after the command
choose pages: `python -m tools.screens queue case`. SCREENS_FOLDER names another folder than docs/screens.
"""

import base64
import os
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tools.demo_stack import BROWSER_OPTIONS, DemoStack, demo_stack, find_browser
from tools.paths import ROOT
from tools.screen_pages import ALL, STORY, WISH, found
from tools.screen_shot import Shot
from tools.stack import StackError
from tools.steps import say

FOLDER = ROOT / "docs" / "screens"
CASES, SEED = 600, 1
LOOKS = ("light", "dark")
HEIGHT = {1280: 860, 360: 760}
LONGEST = {1280: 1400, 360: 1800}
PASSWORD = "casework demo"  # noqa: S105 - that of the demo, which its sign-in page shows


def main(chosen: list[str]) -> int:
    """Take the pictures; returns the exit status."""
    if find_browser() is None:
        say("There is no Chromium on this machine (Debian: apt-get install chromium).")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="casework-screens-"))
    folder.chmod(0o755)
    try:
        with demo_stack(folder / "data", cases=CASES, seed=SEED) as stack, _browser() as browser:
            take_all(browser, stack, chosen or [*ALL])
    except StackError as error:
        say(str(error))
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def take_all(browser: Browser, stack: DemoStack, chosen: list[str]) -> None:
    """A picture of each page in each look."""
    _folder().mkdir(parents=True, exist_ok=True)
    windows = {who: _sign_in(browser, stack.address, who) for who in ("dana", "amara", "sol", "wen")}
    public = _context(browser, stack.address)
    link = _complain(public.new_page())
    yours = link.partition("?")[0]
    painter = browser.new_page()
    for name in chosen:
        shot = ALL[name]
        address = shot.address.replace("<your-case>/", f"{yours}/").replace("<your-case>", link)
        page = windows[shot.who].new_page() if shot.who else public.new_page()
        try:
            _take(page, painter, name, replace(shot, address=address))
        except PlaywrightError as error:
            say(f"{name}: no picture. {error.message.splitlines()[0]}")
        page.close()


def _take(page: Page, painter: Page, name: str, shot: Shot) -> None:
    """The pictures of one page: opened once for each width, and painted light and dark."""
    for width in HEIGHT:
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(found(page, shot.address))
        page.wait_for_load_state("networkidle")
        shot.act(page)
        page.wait_for_function("document.fonts.status === 'loaded'")
        # The window grows to the page, so that what sticks to its foot is at the foot of the picture.
        # Lists that fill the window scroll inside it.
        grows = not (shot.fills and width == 1280)
        tall = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST[width]) if grows else 0
        page.set_viewport_size({"width": width, "height": max(tall, HEIGHT[width])})
        for scheme in LOOKS:
            look: Any = scheme
            page.emulate_media(color_scheme=look, reduced_motion="reduce")
            path = _folder() / f"{name}-{scheme}-{width}.png"
            path.write_bytes(few_colours(painter, page.screenshot()))
            say(f"{path.name}: {path.stat().st_size // 1024} KB")


def _folder() -> Path:
    """Where the pictures go."""
    return Path(os.environ.get("SCREENS_FOLDER") or FOLDER)


def _complain(page: Page) -> str:
    """Tell the agency something as a member of the public does; the private link of the case."""
    page.goto("/tell-us/kind")
    began = page.evaluate("Date.now()")
    go_on = page.get_by_role("button", name="Continue")
    page.get_by_label("Complain").check()
    go_on.click()
    page.get_by_label("In your own words").fill(STORY)
    go_on.click()
    page.get_by_label("Restaurant inspections").check()
    go_on.click()
    page.get_by_label("What you would like us to do").fill(WISH)
    go_on.click()
    page.get_by_label("Email", exact=True).check()
    page.get_by_label("Your email address").fill("sorina@customer.example")
    go_on.click()
    page.get_by_label("Your name").fill("Sorina Ionescu")
    go_on.click()
    page.wait_for_function("began => Date.now() - began > 4500", arg=began)
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/your-case/**")
    link = page.url
    # Another one is begun, so that the questions can be shown too.
    page.goto("/tell-us/kind")
    page.get_by_label("Complain").check()
    for _ in range(4):
        go_on.click()
        if "/story" in page.url:
            page.get_by_label("In your own words").fill(STORY)
        if "/service" in page.url:
            page.get_by_label("I am not sure").check()
    page.close()
    return link


def _sign_in(browser: Browser, address: str, who: str) -> BrowserContext:
    context = _context(browser, address)
    # No draft of the picture before is put back.
    context.add_init_script("localStorage.clear()")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{who}@lakeford.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.close()
    return context


def _context(browser: Browser, address: str) -> BrowserContext:
    return browser.new_context(base_url=address, locale="en-US", timezone_id="America/Chicago")


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(BROWSER_OPTIONS))
        yield browser
        browser.close()


# The colours of a picture, fewest first forgotten: each pixel becomes the nearest of the 255 that occur most.
PALETTE = """async (picture) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
  const {width, height} = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 255).map(([colour]) => parts(colour));
  const far = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
  const places = new Map();
  for (const colour of counts.keys()) {
    const mine = parts(colour);
    let best = 0;
    palette.forEach((one, place) => { if (far(one, mine) < far(palette[best], mine)) best = place; });
    places.set(colour, best);
  }
  let text = "";
  for (const colour of pixels) text += String.fromCharCode(places.get(colour));
  return {width, height, palette: palette.flat(), pixels: btoa(text)};
}"""


def few_colours(painter: Page, picture: bytes) -> bytes:
    """The same picture as a PNG with a palette: a page needs no more, and the file is half as large."""
    found = painter.evaluate(PALETTE, base64.b64encode(picture).decode())
    width, height = found["width"], found["height"]
    pixels = base64.b64decode(found["pixels"])
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
