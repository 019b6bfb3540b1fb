"""Published standards: their facts, from a table of their own, and that each of them is one."""

from datetime import UTC, datetime

import pytest

from casework.calendars import due, load_calendar
from casework.calendars.parse import PRESETS as CALENDARS
from casework.catalogue.standards.published import published_code, published_codes
from casework.catalogue.standards.rules import problems_of
from casework.core.errors import NotFound
from casework.workflow.parse import MORE_PRESETS
from casework.workflow.parse import PRESETS as PROCESSES

# Standard, stage, promise, limit, unit, counted from, longest extension, and whether it is switched off.
FACTS = """
ho-code-2024-s1-ack 1 acknowledge 5 working_day received - on
ho-code-2024-s1-respond 1 respond 10 working_day acknowledged 10_working_day on
ho-code-2024-s2-ack 2 acknowledge 5 working_day escalated - on
ho-code-2024-s2-respond 2 respond 20 working_day acknowledged 20_working_day on
lgsco-code-s1-ack 1 acknowledge 5 working_day received - on
lgsco-code-s1-respond 1 respond 10 working_day acknowledged 10_working_day off
lgsco-code-s2-respond 2 respond 20 working_day acknowledged 20_working_day off
spso-mchp-s1-respond 1 respond 5 working_day received 5_working_day off
spso-mchp-s2-ack 2 acknowledge 3 working_day escalated - on
spso-mchp-s2-respond 2 respond 20 working_day escalated open on
nhs-england-ack 1 acknowledge 3 working_day received - on
nhs-england-respond 1 respond 6 month received open on
public-health-england-respond 1 respond 6 month received open on
fca-disp-summary 1 respond 3 working_day day_after_received - on
fca-disp-final 1 respond 8 week received open on
fca-disp-payments 1 respond 15 working_day received 35_working_day off
cms-part-d-grievance 1 respond 30 calendar_day received 14_calendar_day on
cms-part-d-expedited 1 respond 24 hour received - on
medicaid-plan-grievance 1 respond 90 calendar_day received 14_calendar_day off
ada-title-ii-meet 1 meet 15 calendar_day received - on
ada-title-ii-answer 1 respond 15 calendar_day met - on
ada-title-ii-appeal 2 respond 15 calendar_day met - on
cfpb-portal-first 1 acknowledge 15 calendar_day received - on
cfpb-portal-final 1 respond 60 calendar_day received open on
mn-62q-69-respond 1 respond 30 calendar_day received 14_calendar_day off
hse-ie-ack 1 acknowledge 5 working_day received - on
hse-ie-respond 2 respond 30 working_day acknowledged open on
hse-ie-update 2 update 20 working_day last_update - on
hse-ie-review 3 respond 20 working_day escalated - on
nz-hdc-ack 1 acknowledge 5 working_day received - on
nz-hdc-decide 1 respond 10 working_day acknowledged 20_working_day on
au-rg271-ack 1 acknowledge 24 hour received - on
au-rg271-respond 1 respond 30 calendar_day received open on
nsw-gov-ack 1 acknowledge 5 working_day received - on
nsw-gov-respond 1 respond 25 working_day received open on
cpgrams-respond 1 respond 21 calendar_day received open on
eu-whistleblower-ack 1 acknowledge 7 calendar_day received - on
eu-whistleblower-feedback 1 respond 3 month acknowledged - on
"""
ROWS = {row["code"]: row for code in published_codes() for row in code.standards}


@pytest.mark.parametrize("fact", FACTS.split("\n")[1:-1], ids=lambda fact: fact.split()[0])
def test_a_published_standard_says_what_its_source_says(fact: str) -> None:
    code, stage, promise, limit, unit, starts, longer, switch = fact.split()
    row = ROWS[code]
    said = (str(row["stage"]), row["promise"], str(row["limit"]), row["unit"], row["starts"])
    assert said == (stage, promise, limit, unit, starts)
    cap = f"{row['extension_limit']}_{row['extension_unit']}" if "extension_limit" in row else "open"
    assert (cap if row.get("extension_times", 1) else "-") == longer
    assert row.get("is_active", True) is (switch == "on")
    assert row["source"]
    assert row["kind"] == "complaint"
    assert not row.get("may_pause", False)


def test_no_published_standard_lacks_its_row_in_the_table() -> None:
    assert {fact.split()[0] for fact in FACTS.split("\n")[1:-1]} == set(ROWS)


def test_what_must_be_checked_first_is_off_and_says_so() -> None:
    for row in ROWS.values():
        if not row.get("is_active", True):
            assert row["note"], row["code"]


def test_special_shapes_are_kept() -> None:
    assert ROWS["fca-disp-summary"]["is_early"]
    assert ROWS["fca-disp-payments"]["extension_is_total"]
    assert ROWS["hse-ie-update"]["repeats"]
    assert (ROWS["cms-part-d-expedited"]["path"], ROWS["cms-part-d-grievance"]["path"]) == (
        "expedited",
        "regular",
    )


@pytest.mark.parametrize("code", published_codes(), ids=lambda code: code.id)
def test_each_is_a_standard_with_a_process_that_is_shipped(code: object) -> None:
    found = published_code(code.id)  # type: ignore[attr-defined]
    for row in found.standards:
        assert problems_of(row) == [], row["code"]
        calendar = load_calendar(CALENDARS / "minnesota-office.toml")
        start = datetime(2026, 11, 2, 15, tzinfo=UTC)
        assert due(calendar, start=start, limit=row["limit"], unit=row["unit"]).at > start
    shipped = {path.stem for path in (*PROCESSES.glob("*.toml"), *MORE_PRESETS)}
    assert found.process in shipped


def test_an_unknown_code_is_told_with_those_that_are_known() -> None:
    with pytest.raises(NotFound, match="fca-disp"):
        published_code("nowhere")
