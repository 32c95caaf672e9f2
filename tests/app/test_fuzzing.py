"""Requests that the OpenAPI document admits, and some that it does not, made up by schemathesis."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.formats.problems import MEDIA_TYPE, Problem
from tests.app.real import Real, real
from tests.app.seer import Seer, give

EMPTY = "<Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>"
TOO_LONG = 431  # of an address that the server does not read, whatever the path has in it
# OpenAPI cannot say that what shapes a picture goes with no other form
NOT_SAID: list[schemathesis.CheckFunction] = [positive_data_acceptance]
# Too much is refused by its size, before it is read: 413
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
SOME = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server(menagerie: Path) -> Iterator[Real]:
    """A real one, whose drawings are short, so that slow paces do not take long."""
    with pytest.MonkeyPatch.context() as patch:
        give(patch, Seer())
        with real(menagerie, max_points=2) as running:
            yield running


@pytest.fixture(scope="module")
def document(server: Real) -> schemathesis.BaseSchema:
    """What it says of itself."""
    return schemathesis.openapi.from_url(f"http://{server.host}/openapi.json", config=CONFIG)


def fuzz(operation: schemathesis.APIOperation[Any, Any, Any, Any], mode: GenerationMode, **path: str) -> None:
    """Make requests up; each is answered as documented: no fault of the service, and every error is a problem."""

    @SOME
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        case.path_parameters = {name: path.get(name, value) for name, value in case.path_parameters.items()}
        answer = case.call(timeout=30)
        if answer.status_code != TOO_LONG:
            case.validate_response(answer, excluded_checks=NOT_SAID)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == [MEDIA_TYPE]
            assert Problem.model_validate_json(answer.content).status == answer.status_code

    with suppress(Unsatisfiable):  # nothing can be wrong with a request that carries nothing
        check()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_whatever_is_asked_is_answered_as_documented(document: schemathesis.BaseSchema, mode: GenerationMode) -> None:
    """What the document admits, and what it does not, of any category and of one that there is."""
    operations = [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) == 16
    for operation in operations:
        fuzz(operation, mode)
        if "{" in operation.path:
            fuzz(operation, mode, category="dog", name="dog", a="dog", b="bee")


def test_nothing_is_left(server: Real) -> None:
    """After all that no drawing has a place, and nothing waits to be written."""
    assert server.state() == EMPTY
    assert server.service.render_pool.taken == 0
    assert repr(server.service.recognition) == "<Recognition open, 0 waiting, 0 spare>"
