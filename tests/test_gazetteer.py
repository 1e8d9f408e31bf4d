"""The gazetteer: names, everyday and older names, ambiguity what a name alone proves, and its resource."""

from __future__ import annotations

import pytest

from extractor.resources import read_table
from extractor.resources.gazetteer import Gazetteer, gazetteer, stem, township_stem
from extractor.types import PLACE_LEVELS


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return gazetteer()


def test_resource_rows_are_well_formed() -> None:
    counts = dict.fromkeys(PLACE_LEVELS, 0)
    seen = set()
    for row in read_table("divisions.tsv", ("code", "name", "townships")):
        assert row["code"].isdecimal()
        assert row["code"] not in seen
        seen.add(row["code"])
        counts[len(row["code"])] += 1
        for township in row["townships"].split():
            assert township[:3].isdecimal()
            assert len(township) > 4
            counts[9] += 1
        assert not row["townships"] or len(row["code"]) == 6
    assert counts[2] == 34
    assert counts[4] > 330
    assert counts[6] > 2900
    assert counts[9] > 41000


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("云南省", "53"),
        ("云南", "53"),
        ("新平彝族傣族自治县", "530427"),
        ("新平县", "530427"),  # everyday name of an autonomous county
        ("江城县", "530826"),  # not the district 江城区
        ("本溪县", "210521"),  # not in the shadow of its prefecture 本溪市
        ("黔南州", "5227"),
        ("富阳市", "330111"),  # a district since 2014
        ("东莞市", "4419"),  # listed as prefecture and as county
        ("香港", "81"),
    ],
)
def test_codes_of_a_name(places: Gazetteer, name: str, code: str) -> None:
    assert places.codes(name) == (code,)


def test_an_unknown_name_has_no_code(places: Gazetteer) -> None:
    assert places.codes("沅坪县") == ()


def test_a_township_has_the_codes_of_all_that_are_called_so(places: Gazetteer) -> None:
    assert len(places.codes("花园镇")) > 1
    assert places.codes("都拉乡") == ("520113200",)  # everyday name of a township of a minority


@pytest.mark.parametrize("name", ["云南省", "云南", "瓮安县", "新平县", "黔南州"])
def test_names_that_prove_themselves(places: Gazetteer, name: str) -> None:
    assert places.is_certain(name)


@pytest.mark.parametrize("name", ["白云区", "富阳市", "富阳", "龙井", "老城区", "都拉乡", "沅坪县", "朝阳市区"])
def test_names_that_prove_nothing_alone(places: Gazetteer, name: str) -> None:
    assert not places.is_certain(name)


def test_scan_takes_the_longest_name_with_its_kind(places: Gazetteer) -> None:
    text = "贵州省黔南州瓮安县与新平彝族傣族自治县"
    assert [text[a:b] for a, b in places.scan(text, 0, len(text))] == [
        "贵州省",
        "黔南州",
        "瓮安县",
        "新平彝族傣族自治县",
    ]


def test_stems() -> None:
    assert stem("湘西土家族苗族自治州") == "湘西"
    assert stem("内蒙古自治区") == "内蒙古"
    assert stem("赵县") == "赵县"
    assert township_stem("花园镇") == "花园"


def test_it_is_read_once() -> None:
    assert gazetteer() is gazetteer()
