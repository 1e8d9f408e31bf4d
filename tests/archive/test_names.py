"""Names of files as text, and back."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from extractor.archive.names import LONGEST, actual, cut_member, cut_path, is_cut, shown
from extractor.types import file_of

_step = st.binary(min_size=1, max_size=12).filter(lambda raw: b"/" not in raw and b"\0" not in raw)
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=12)


@given(st.lists(_step | _text.map(str.encode), min_size=1, max_size=4))
def test_every_name_leads_back_to_its_file(steps: list[bytes]) -> None:
    name = os.fsdecode(b"/" + b"/".join(steps))
    path = shown(name)
    path.encode()  # storable
    assert actual(path) == name
    assert file_of(path) == path


def test_a_name_in_gbk_is_taken_apart_as_a_whole() -> None:
    assert shown(os.fsdecode("/总结/".encode() + "归档.txt".encode("gbk"))) == "/总结/\\xb9\\xe9\\xb5\\xb5.txt"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), st.integers(0, 1500), st.integers(0, 30))
def test_a_long_name_is_cut(head: str, more: int, suffix: int) -> None:
    name = shown(head + "村" * more + "." + "x" * suffix)
    for cut, longest in ((cut_member, 400), (cut_path, LONGEST)):
        short = cut(name)
        assert len(short.encode()) <= longest
        assert (short == name) == (len(name.encode()) <= longest) == (not is_cut(short))
        assert cut(f"甲{name}") != short
        if 0 < suffix < 19:
            assert short.endswith("." + "x" * suffix)
