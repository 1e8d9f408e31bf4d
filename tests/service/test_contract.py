"""Every endpoint answers as the description of the API says, whatever it is asked: no 5xx, nothing undocumented.

Examples are the same each time. For a longer search::

    GOUJI_CONTRACT_EXAMPLES=1000 python -m pytest tests/service/test_contract.py
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import hypothesis
import hypothesis.stateful
import pytest
import schemathesis
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.errors import NoLinksFound
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from serving import listening

from extractor.config import Settings
from service import ServiceSettings, create_app

Case = schemathesis.Case[Any]

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = int(os.environ.get("GOUJI_CONTRACT_EXAMPLES", "15"))
LONG = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
BOUNDS: dict[str, Any] = {"max_seconds_per_request": 20, "requests_per_minute": 10**9}
NOT_HERE = [ignored_auth, positive_data_acceptance]
"""The service of this test asks for no key; test_roles.py tests those of all endpoints. And what has the right form may
still be no file that can be read, or name what is not there."""
PATIENCE = 60
"""Seconds for an answer, while other tests keep the cores busy."""
STREAMS = r"/v1/jobs/.*/events"
"""Does not end by itself."""


schema = schemathesis.openapi.from_dict(create_app(ServiceSettings()).openapi()).exclude(path_regex=STREAMS)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service listens, with something stored."""
    url = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'gouji.db'}"
    settings = ServiceSettings(extractor=replace(Settings(), database_url=url))
    with listening(replace(settings, **BOUNDS)) as port:
        found = f"http://127.0.0.1:{port}"
        fill(found)
        yield found


def fill(address: str) -> None:
    """Store a report, so that there is something to find."""
    report = (Path(__file__).parents[2] / "corpus/dev/transport.txt").read_bytes()
    answer = httpx2.post(f"{address}/v1/extract?store=true&name=a.txt", content=report, timeout=60)
    assert answer.status_code == 200


@schema.parametrize()
@LONG
def test_answers_are_as_described(case: Case, address: str) -> None:
    case.call_and_validate(base_url=address, excluded_checks=NOT_HERE, timeout=PATIENCE)


def test_what_one_answer_names_the_next_request_finds(address: str) -> None:
    answers = 0

    class Linked(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": address, "timeout": PATIENCE}

        def validate_response(self, response: Any, case: Case, **_options: Any) -> None:
            nonlocal answers
            answers += 1
            case.validate_response(response, excluded_checks=NOT_HERE, recorder=self.recorder)

    try:
        hypothesis.stateful.run_state_machine_as_test(Linked, settings=hypothesis.settings(LONG, stateful_step_count=8))
    except NoLinksFound:
        pytest.skip("no answer names what another endpoint takes")
    except FlakyStrategyDefinition:
        pass  # what one example stored changes what the next one finds, and which links it can follow
    assert answers > EXAMPLES
