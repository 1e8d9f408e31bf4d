"""Whether a ledger and a figure speak of one place."""

from __future__ import annotations

import pytest

from extractor.compare.places import fit, name, names, names_of
from extractor.types import Place


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("荆溪村", "荆溪"),
        ("石坪县尖山乡", "尖山乡"),
        ("尖山乡", "尖山镇"),
        ("浙江省", "浙江"),
        ("白岩村委会", "白岩村"),
    ],
)
def test_one_place(left: str, right: str) -> None:
    assert name(left).fits(name(right))
    assert name(right).fits(name(left))


@pytest.mark.parametrize(
    ("left", "right"), [("三岔镇", "三岔村"), ("石坪县", "石坪村"), ("尖山乡", "尖峰乡"), ("杭州市", "杭县")]
)
def test_two_places(left: str, right: str) -> None:
    assert not name(left).fits(name(right))


def test_lists_are_one_in_any_order() -> None:
    assert fit(names("排竹村、信立村"), names_of((Place("信立"), Place("排竹"))))
    assert not fit(names("排竹村、信立村"), names_of((Place("信立"),)))


def test_what_is_no_division_is_no_place() -> None:
    assert names_of((Place("全县"),)) == names_of((Place("三岔至九里坪公路"),)) == ()
    assert names("") == ()
