"""Household–people pairs."""

from __future__ import annotations

import pytest
from links_samples import read

from extractor.links import connect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贫困户95户、345人全部入住。", {"345人": "95户"}),
        ("全村312户,1286人。", {"1286人": "312户"}),
        ("安置40户132人，入住33户101人。", {"132人": "40户", "101人": "33户"}),
        ("惠及农户480户，共1900余人。", {"1900余人": "480户"}),
        ("人口XX户，XX人。", {"XX人": "XX户"}),
        ("惠及群众1900人、480户。", {"1900人": "480户"}),
        ("培训户主60户，参训120人次。", {}),
        ("发放贷款95户，345万元。", {}),
        ("养殖大户27户，招收女工96人。", {}),
        ("全村312户。其中党员60人。", {}),
    ],
)
def test_people_point_at_their_households(text: str, expected: dict[str, str]) -> None:
    figures = connect(*read(text)).figures
    by_start = {figure.start: figure for figure in figures}
    assert {f.text: by_start[f.pair].text for f in figures if f.pair is not None} == expected
