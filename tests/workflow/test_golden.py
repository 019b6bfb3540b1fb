"""The whole picture and the whole table, as somebody has looked at them and found them right.

Where a change of the drawing is meant, look at the new picture first, then write it:
`flask process diagram FILE > tests/workflow/golden/NAME.svg`, and the same with `--text` for the table.
"""

from pathlib import Path

import pytest

from casework.workflow import load_preset, parse_process, svg, text
from tests.workflow.builders import small_process

GOLDEN = Path(__file__).parent / "golden"
NAMES = ["complaint-three-levels", "complaint-medical-grievance", "compliment"]


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_the_one_that_was_looked_at(name: str) -> None:
    assert svg(load_preset(name)) + "\n" == (GOLDEN / f"{name}.svg").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_table_is_the_one_that_was_looked_at(name: str) -> None:
    assert text(load_preset(name)) + "\n" == (GOLDEN / f"{name}.txt").read_text("utf-8")


def test_the_description_says_every_move_in_a_sentence() -> None:
    data = small_process()
    data["move"].append({"name": "hold", "label": "Hold", "from": ["open"], "to": "", "roles": ["system"]})
    picture = svg(parse_process(data))
    assert (
        '<desc id="process-small-desc">A case begins in Open. Finish: from Open to Done. Hold: stays in Open. '
        "Ends are: Done.</desc>"
    ) in picture
