"""One complaint all the way round, by a browser: heard, resolved, answered, measured, found, acted on, told."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.core.queue import BrokerPublisher
from tests.browser.places import Demo
from tests.browser.waiting import count_in, counts_reach, is_seen
from tools.demo_stack import DemoStack

pytestmark = pytest.mark.browser

EMAIL = "mara@customer.example"
STORY = "I asked for my well to be tested. The result came five weeks late, and nobody called me back."
QUESTION = "Which day was the sample taken?"
REPLY = "It was taken on the second of October."
ANSWER = (
    "The result lay in the wrong tray for four weeks. We are sorry. Results now go out the day they arrive."
)
NEWS = "Results are now sent on the day they arrive, and somebody checks the trays every evening."
TITLE = "Results go out on the day they arrive"


@dataclass
class Walk:
    """Those who go round, each with a window of their own, and what they have in hand."""

    stack: DemoStack
    customer: Page
    dana: Page
    amara: Page
    sol: Page
    reference: str = ""
    link: str = ""
    opportunity: str = ""


def test_one_complaint_goes_all_the_way_round(stack: DemoStack, window: Callable[..., Page]) -> None:
    walk = Walk(stack, customer=window(), dana=window("dana"), amara=window("amara"), sol=window("sol"))
    before = {measure: count_in(walk.sol, measure) for measure in ("received", "closed")}
    complain(walk)
    mail_is_there(walk, "We have what you told us")
    find_it_and_take_it(walk)
    look_into_it(walk)
    ask_and_be_answered(walk)
    decide_and_answer(walk)
    close_it(walk)
    counts_reach(walk.sol, {measure: n + 1 for measure, n in before.items()})
    find_what_to_improve(walk)
    act(walk)
    tell_everybody(walk)
    publish(walk)


def complain(walk: Walk) -> None:
    """A member of the public complains without an account, and has a reference and a private link at once."""
    page = walk.customer
    page.goto("/tell-us")
    page.get_by_role("link", name="Start").click()
    began = page.evaluate("Date.now()")
    answer = page.get_by_role("button", name="Continue")
    page.get_by_label("Complain").check()
    answer.click()
    page.get_by_label("In your own words").fill(STORY)
    answer.click()
    page.get_by_label("Well water tests").check()
    answer.click()
    page.get_by_label("What you would like us to do").fill("Say why it took so long.")
    answer.click()
    page.get_by_label("Email", exact=True).check()
    page.get_by_label("Your email address").fill(EMAIL)
    answer.click()
    page.get_by_label("Your name").fill("Mara Lindqvist")
    answer.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check your answers")
    expect(page.get_by_role("main")).to_contain_text(STORY)
    # Whoever answers six questions faster than a person can is asked to look once more.
    page.wait_for_function("began => Date.now() - began > 4500", arg=began)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("We have it. Your reference is")
    found = re.search(r"\d\d-\d{5}", page.get_by_text("We have it. Your reference is").inner_text())
    assert found
    walk.reference = found[0]
    walk.link = page.get_by_role("link", name=f"/your-case/{walk.reference}/").inner_text()
    assert walk.link.startswith(walk.stack.address)


def mail_is_there(walk: Walk, subject: str) -> None:
    """The worker has sent the mail; where no server is set it can be read in Casework."""
    walk.sol.goto("/mail")
    mail = walk.sol.get_by_role("group").filter(has_text=f"{subject}").filter(has_text=walk.reference)
    is_seen(mail.filter(has_text=EMAIL))


def find_it_and_take_it(walk: Walk) -> None:
    """Dana finds it in Nobody yet, sees when it is due and why, and takes it."""
    page = walk.dana
    page.goto("/cases/?view=unassigned")
    row = page.get_by_role("row").filter(has_text=walk.reference)
    expect(row).to_contain_text(re.compile(r"In \d+ days? \w+ \d+ \w+"))
    row.get_by_role("link", name="I asked for my well to be tested").click()
    expect(page.get_by_role("main")).to_contain_text(STORY)
    page.get_by_text("Why this date").first.click()
    expect(page.get_by_role("group").filter(has_text="Why this date").first).to_contain_text("working day")
    page.get_by_role("link", name="Give it to").click()
    page.get_by_label("Who looks after it from now on").select_option(label="Dana Marsh")
    page.get_by_role("main").get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Handler\s*D\. Marsh"))


def look_into_it(walk: Walk) -> None:
    """Acknowledged, assessed, investigated: after each the page shows where it is in the process."""
    page = walk.dana
    move(page, "Acknowledge", says="We look into it and answer by the date below.")
    is_at(page, "Acknowledged")
    mail_is_there(walk, "We are looking into it")
    page.get_by_role("link", name="Assess").click()
    page.get_by_label("High").check()
    page.get_by_label("Team").select_option(label="Environmental health")
    page.get_by_role("button", name="Assess").click()
    is_at(page, "Assessed")
    move(page, "Start investigating")
    is_at(page, "Investigating")
    expect(page.get_by_role("main")).to_contain_text("High")


def ask_and_be_answered(walk: Walk) -> None:
    """The clock stands still while the customer is asked; the answer on the private page lets the case go on."""
    page, customer = walk.dana, walk.customer
    move(page, "Ask the customer", says=QUESTION)
    expect(page.get_by_role("main")).to_contain_text("Awaiting customer")
    mail_is_there(walk, "We need your answer")
    customer.goto(walk.link)
    expect(customer.get_by_role("main")).to_contain_text(QUESTION)
    customer.get_by_role("link", name="Write a message").click()
    customer.get_by_label("Your message").fill(REPLY)
    customer.get_by_role("main").get_by_role("button").last.click()
    expect(customer.get_by_role("main")).to_contain_text(REPLY)
    page.reload()
    is_at(page, "Investigating")
    expect(page.get_by_role("main")).to_contain_text(REPLY)


def decide_and_answer(walk: Walk) -> None:
    """Each issue gets a finding, a cause and a remedy; the answer goes out when a second person has looked."""
    page, demo = walk.dana, Demo(walk.stack)
    page.get_by_role("link", name="Add an issue").click()
    page.get_by_label("What the point is").fill("Nobody called back")
    page.get_by_role("button", name="Add the issue").click()
    expect(page.get_by_role("main")).to_contain_text("0 of 2 decided")
    expect(page.get_by_role("button", name="Send the answer")).to_have_attribute("aria-disabled", "true")
    vital = demo.one(
        "SELECT json_extract(subject, '$.cause_1') FROM opportunities WHERE finder = 'vital_few'"
    )
    for number, finding in (1, "Upheld"), (2, "Not upheld"):
        page.get_by_role("link", name=f"Decide issue {number}").click()
        page.get_by_label(finding, exact=True).check()
        page.get_by_label("Cause").select_option(
            vital if finding == "Upheld" else "Nothing went wrong › Done as promised"
        )
        page.get_by_label("Remedy", exact=True).select_option("apology" if finding == "Upheld" else "")
        page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("main")).to_contain_text("2 of 2 decided")
    move(page, "Send the answer", says=ANSWER)
    is_at(page, "Investigating")
    let_it_go_out(walk)
    page.reload()
    is_at(page, "Responded")
    mail_is_there(walk, "Our decision")


def let_it_go_out(walk: Walk) -> None:
    """An answer of high severity waits: Amara finds it among those to check, reads it, and releases it."""
    page = walk.amara
    page.goto("/cases/approvals")
    page.get_by_role("link", name=walk.reference).click()
    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("main")).to_contain_text("Released. The answer is on its way.")


def close_it(walk: Walk) -> None:
    """Closing is offered once the answer has been sent, not before; the customer sees answer and end."""
    page, customer = walk.dana, walk.customer
    is_seen(page.get_by_role("link", name="Close"))
    move(page, "Close")
    expect(page.get_by_role("main")).to_contain_text("now closed")
    customer.goto(walk.link)
    expect(customer.get_by_role("main")).to_contain_text(ANSWER)
    expect(customer.get_by_role("main")).to_contain_text("We finished")


def find_what_to_improve(walk: Walk) -> None:
    """The finders look every hour; asked now, the worker puts the new case behind the causes it belongs to."""
    walk.opportunity = Demo(walk.stack).one("SELECT id FROM opportunities WHERE finder = 'vital_few'")
    broker = (walk.stack.data_dir / "redis.url").read_text(encoding="utf-8").strip()
    BrokerPublisher(broker.replace("unix://", "redis+socket://")).send("improvement.find", ())
    page = walk.sol
    page.goto("/improvement/")
    expect(page.get_by_role("main")).to_contain_text("causes make")
    page.goto(f"/improvement/{walk.opportunity}/cases")
    is_seen(page.get_by_role("link", name=walk.reference))


def act(walk: Walk) -> None:
    """Sol accepts it, adds an action with an owner and a date, and marks it as done."""
    page = walk.sol
    page.goto(f"/improvement/{walk.opportunity}")
    page.get_by_role("link", name="Accept").first.click()
    page.get_by_label("Owner").select_option(label="Sol Ibarra")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("main")).to_contain_text("Accepted. Add the first action next.")
    page.get_by_role("link", name="Add an action").first.click()
    page.get_by_label("What will be done").fill(TITLE)
    page.get_by_label("Owner").select_option(label="Amara Quill")
    page.get_by_label("Due").fill((date.today() + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Add the action").click()
    action = page.get_by_role("article").filter(has_text=TITLE)
    expect(action).to_contain_text("A. Quill")
    action.get_by_role("link", name="Mark as done").click()
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("main")).to_contain_text("Everybody who raised it is listed")


def tell_everybody(walk: Walk) -> None:
    """Nobody is told before the words are approved; then coverage grows as the worker sends."""
    page = walk.sol
    told = page.locator(".told-panel")
    expect(told).to_contain_text(re.compile(r"^\s*Told\s*0 of \d+ who should be"))
    told.get_by_role("link", name="Check the words, then tell").click()
    expect(page.get_by_role("row").filter(has_text="Mara Lindqvist")).to_contain_text(walk.reference)
    page.get_by_label("What they will be told").fill(NEWS)
    page.get_by_role("button", name="Approve, and tell").click()
    expect(page.get_by_role("main")).to_contain_text("They are being told now")
    is_seen(told.get_by_text(re.compile(r"^[1-9]\d* of \d+ who should be")))
    mail_is_there(walk, "Something changed because you told us")
    walk.customer.reload()
    expect(walk.customer.get_by_role("main")).to_contain_text(NEWS)


def publish(walk: Walk) -> None:
    """What the public page says is made from the same rows."""
    page, public = walk.sol, walk.customer
    page.goto(f"/improvement/{walk.opportunity}")
    page.get_by_role("link", name="Write and publish").click()
    page.get_by_label("Heading").fill(TITLE)
    page.get_by_label("You said").fill("Results came weeks after they were ready.")
    page.get_by_label("We did").fill("Every result now goes out on the day it arrives.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("main")).to_contain_text("It is on the public page now.")
    public.goto("/you-said-we-did")
    said = public.get_by_role("article").filter(has_text=TITLE)
    expect(said).to_contain_text("Every result now goes out on the day it arrives.")
    expect(said).to_contain_text(re.compile(r"Said by \d+ people"))


def move(page: Page, label: str, *, says: str = "") -> None:
    """Make a move of the process as staff do: choose it, fill in the words, press its button."""
    page.get_by_role("link", name=label).first.click()
    if says:
        page.get_by_role("textbox").and_(page.locator("textarea")).first.fill(says)
    page.get_by_role("main").get_by_role("button", name=label).click()


def is_at(page: Page, step: str) -> None:
    """The line of the process shows this step as the present one."""
    expect(page.locator('[aria-current="step"]')).to_contain_text(step)
