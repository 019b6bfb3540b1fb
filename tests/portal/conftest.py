"""Cases as the private page meets them."""

import pytest

from casework.cases.models import Case
from tests.cast import Cast
from tests.portal.stages import answer_it


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
