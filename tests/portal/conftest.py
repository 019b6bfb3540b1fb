"""Cases as the private page meets them."""

from collections.abc import Iterator

import pytest
import time_machine

from casework.cases.models import Case
from tests.cast import NOW, Cast
from tests.portal.stages import answer_it


@pytest.fixture(autouse=True)
def _it_is_the_day_of_the_cast() -> Iterator[None]:
    """What a visitor began in one request is not too old in the next one, on whatever day the tests are run."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def offered(cast: Cast) -> Case:
    """A complaint in which a remedy is proposed."""
    case = cast.investigated()
    cast.move(case, "propose_remedy", message="An inspector goes there on Friday.")
    return case


@pytest.fixture
def answered(cast: Cast) -> Case:
    """A complaint whose decision was sent."""
    return answer_it(cast, cast.investigated())
