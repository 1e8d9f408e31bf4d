"""The schema of ``indicators.tsv`` and ``indicator_words.tsv``: what a person who extends them must keep to."""

import re
from collections import defaultdict

import pytest

from extractor.resources import read_table
from extractor.resources.units import DIMENSIONS

ROWS = list(read_table("indicators.tsv", ("code", "name", "aliases", "dimension", "project_type")))
WORDS = {row["class"]: row["words"].split("|") for row in read_table("indicator_words.tsv", ("class", "words"))}
TYPES = {row["code"] for row in read_table("project_types.tsv", ("code", "name", "cues"))}
MEANINGFUL = re.compile("新增|增加|减少|增长|下降|占|率|计划|任务|人均|户均|亩均|每|未|脱贫")


def wordings(row: dict[str, str]) -> list[str]:
    return [row["name"], *filter(None, row["aliases"].split("|"))]


def test_the_lexicon_is_rich_enough() -> None:
    assert len(ROWS) >= 250


def test_codes_are_unique_snake_case() -> None:
    codes = [row["code"] for row in ROWS]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", code)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_row(row: dict[str, str]) -> None:
    assert row["name"].strip()
    assert set(row["dimension"].split("|")) <= set(DIMENSIONS)
    assert not row["project_type"] or row["project_type"] in TYPES
    assert all(alias.strip() == alias and alias for alias in wordings(row))
    assert len(set(wordings(row))) == len(wordings(row)), "别名重复"
    named = {name for alias in wordings(row) for name in re.findall(r"\[(.*?)\]", alias)}
    assert named <= set(WORDS)


def test_no_alias_stands_under_two_codes_of_one_dimension() -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ROWS:
        for alias in wordings(row):
            for dimension in row["dimension"].split("|"):
                owners[alias, dimension].add(row["code"])
    assert {key: codes for key, codes in owners.items() if len(codes) > 1} == {}


def test_every_class_of_words_is_used() -> None:
    named = {name for row in ROWS for alias in wordings(row) for name in re.findall(r"\[(.*?)\]", alias)}
    assert set(WORDS) - named == {"位", "时", "尾"}


@pytest.mark.parametrize("name", ["位", "时", "尾"])
def test_words_that_are_taken_off_change_no_meaning(name: str) -> None:
    assert [word for word in WORDS[name] if MEANINGFUL.search(word)] == []
