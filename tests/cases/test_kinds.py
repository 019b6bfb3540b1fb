"""Where a case stands in the process of another kind: a table over the shipped processes."""

import pytest

from casework.cases.kinds import place_in
from casework.workflow.parse import PRESETS, load_process

# From which process, in which state, acknowledged or not, to which process: where it stands there.
TABLE = [
    ("complaint", "received", False, "enquiry", "received"),
    ("complaint", "received", False, "compliment", "received"),
    ("complaint", "acknowledged", True, "enquiry", "acknowledged"),
    ("complaint", "acknowledged", True, "suggestion", "acknowledged"),
    ("complaint", "acknowledged", True, "compliment", "received"),
    ("complaint", "assessed", True, "enquiry", "acknowledged"),
    ("complaint", "investigating", True, "suggestion", "acknowledged"),
    ("complaint", "awaiting_customer", True, "enquiry", "awaiting_customer"),
    ("complaint", "awaiting_customer", True, "suggestion", "acknowledged"),
    ("complaint", "remedy_proposed", True, "enquiry", "awaiting_customer"),
    ("complaint", "remedy_agreed", True, "enquiry", "acknowledged"),
    ("enquiry", "received", False, "complaint", "received"),
    ("enquiry", "acknowledged", True, "complaint", "acknowledged"),
    ("enquiry", "awaiting_customer", True, "complaint", "awaiting_customer"),
    ("enquiry", "awaiting_customer", False, "suggestion", "received"),
    ("suggestion", "acknowledged", True, "complaint", "acknowledged"),
    ("compliment", "received", False, "complaint", "received"),
    # A compliment that was acknowledged as something else before, and turns out to be a complaint after all.
    ("compliment", "received", True, "complaint", "received"),
    ("more/complaint-three-levels", "at_contact", True, "enquiry", "acknowledged"),
    ("enquiry", "acknowledged", True, "more/complaint-public-meeting", "received"),
    ("more/complaint-medical-grievance", "investigating", False, "complaint", "investigating"),
    ("more/complaint-medical-grievance", "investigating", False, "enquiry", "received"),
]


@pytest.mark.parametrize(("old", "state", "acknowledged", "new", "expected"), TABLE)
def test_a_state_is_the_same_one_by_its_name_else_by_what_it_means(
    old: str, state: str, acknowledged: bool, new: str, expected: str
) -> None:
    here = load_process(PRESETS / f"{old}.toml").state(state)
    assert here is not None
    found = place_in(load_process(PRESETS / f"{new}.toml"), here, acknowledged=acknowledged)
    assert found.name == expected


@pytest.mark.parametrize("new", ["complaint", "enquiry", "suggestion", "compliment"])
def test_no_open_state_becomes_an_end(new: str) -> None:
    process = load_process(PRESETS / f"{new}.toml")
    for path in sorted(PRESETS.rglob("*.toml")):
        for here in load_process(path).states:
            for acknowledged in (True, False):
                assert not place_in(process, here, acknowledged=acknowledged).is_end, (path.name, here.name)
