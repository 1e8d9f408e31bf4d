"""What is inside containers: names in Chinese encodings, nesting, passwords, damage, bombs."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import random
import resource
import time
import zipfile
from typing import TYPE_CHECKING

import py7zr
import pytest
from archive_samples import items, report, rows, run_add, write_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_containers import encrypted, seven_zipped, tarred, zipped, zipped_in
from made_files import word_document, workbook

from extractor.archive.load import load
from extractor.archive.survey import survey
from extractor.archive.walk import walk
from extractor.config import Settings
from extractor.store import WorkResult
from extractor.types import WorkItem, WorkReason, WorkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

pytestmark = pytest.mark.any_database
REPORT = report(1).encode()


def found(tmp_path: Path, name: str, data: bytes, limits: Settings | None = None) -> dict[str, WorkState | WorkReason]:
    """Return what a survey finds in a file: the state of each member, or why it is not read."""
    folder = tmp_path / "归档"
    write_files(folder, {name: data})
    (file,) = [survey(each, limits or Settings()) for each in walk(str(folder / name))]
    members = (file.item, *file.members)
    assert len({member.path for member in members}) == len(members)
    return {member.path.removeprefix(f"{folder}/"): member.reason or member.state for member in members}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_of_a_zip_that_does_not_tell_their_encoding(tmp_path: Path, encoding: str) -> None:
    data = zipped_in(encoding, "总结/一月.txt", REPORT)
    assert set(found(tmp_path, "a.zip", data)) == {"a.zip", "a.zip!/总结/一月.txt"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_of_a_tar(tmp_path: Path, encoding: str) -> None:
    assert set(found(tmp_path, "a.tar", tarred({"总结/一月.txt": REPORT}, encoding))) == {
        "a.tar", "a.tar!/总结/一月.txt",
    }  # fmt: skip


MEMBERS = {"甲.txt": report(1).encode(), "子/乙.txt": report(2).encode()}
KINDS = {
    "a.zip": zipped(MEMBERS),
    "a.tar": tarred(MEMBERS),
    "a.tar.gz": gzip.compress(tarred(MEMBERS)),
    "a.tar.bz2": bz2.compress(tarred(MEMBERS)),
    "a.tar.xz": lzma.compress(tarred(MEMBERS)),
    "a.7z": seven_zipped(MEMBERS),
    "none": zipped(MEMBERS),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_containers(database_url: str, tmp_path: Path, name: str) -> None:
    write_files(tmp_path / "归档", {name: KINDS[name]})
    run_add(database_url, tmp_path / "归档")
    root = f"{tmp_path}/归档/{name}"
    assert items(database_url) == {
        root: ("unpacked", None), f"{root}!/甲.txt": ("done", None), f"{root}!/子/乙.txt": ("done", None),
    }  # fmt: skip
    assert {text for (text,) in rows(database_url, "SELECT text FROM document")} == {report(1), report(2)}


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_a_single_packed_file(tmp_path: Path, suffix: str, pack: object) -> None:
    assert callable(pack)
    assert found(tmp_path, f"一月.txt{suffix}", pack(REPORT)) == {
        f"一月.txt{suffix}": WorkState.UNPACKED, f"一月.txt{suffix}!/一月.txt": WorkState.PENDING,
    }  # fmt: skip


def test_containers_in_containers(database_url: str, tmp_path: Path) -> None:
    inner = tarred({"一.txt": report(1).encode(), "二.txt": report(2).encode()})
    data = zipped({"x.txt": report(3).encode(), "内.tar.gz": gzip.compress(inner), "后.txt": report(4).encode()})
    write_files(tmp_path / "归档", {"a.zip": data})
    run_add(database_url, tmp_path / "归档")
    sources = {
        source.partition("!/")[2]: text for source, text in rows(database_url, "SELECT source, text FROM document")
    }
    assert sources == {
        "x.txt": report(3), "内.tar.gz!/一.txt": report(1), "内.tar.gz!/二.txt": report(2), "后.txt": report(4),
    }  # fmt: skip


def test_nesting_is_bounded(tmp_path: Path) -> None:
    data = REPORT
    for depth in range(4):
        data = zipped({"a.txt" if depth == 0 else "a.zip": data})
    assert list(found(tmp_path, "a.zip", data, Settings(max_nesting=2)).values()) == [
        WorkState.UNPACKED, WorkState.UNPACKED, WorkReason.TOO_LARGE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        (Settings(), zipped({"a.txt": b"0" * 60_000_000, "b.txt": b"0" * 60_000_000})),
        (Settings(), gzip.compress(tarred({"a.txt": b"0" * 60_000_000, "b.txt": b"0" * 60_000_000}))),
        (Settings(), zipped({f"{n}.zip": zipped({"a.txt": b"0" * 9_000_000}) for n in range(9)})),
        (Settings(max_members=3), zipped({f"{n}.txt": REPORT for n in range(4)})),
        (Settings(max_members=3), zipped({f"{n}.zip": zipped({f"{n}.txt": REPORT}) for n in range(2)})),
        (Settings(max_archive_bytes=1000), tarred({f"{n}.txt": REPORT for n in range(4)})),
    ],
    ids=["zip", "tar.gz", "nested", "members", "nested members", "bytes"],
)
def test_bombs_are_refused_as_a_whole(tmp_path: Path, limits: Settings, data: bytes) -> None:
    assert found(tmp_path, "a.bin", data, limits) == {"a.bin": WorkReason.TOO_LARGE}


def test_a_large_container_is_opened_though_no_file_may_be_so_large(tmp_path: Path) -> None:
    data = zipped({f"{n}.txt": report(n).encode() for n in range(30)})
    limits = Settings(max_file_bytes=2000)
    assert len(data) > 2000
    assert set(found(tmp_path, "a.zip", data, limits).values()) == {WorkState.UNPACKED, WorkState.PENDING}
    assert found(tmp_path, "b.txt", b"0" * 2001, limits) == {"b.txt": WorkReason.TOO_LARGE}


def open_document(text: str) -> bytes:
    """The beginnings of an .odt: a survey looks no further."""
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": text.encode()})


@pytest.mark.parametrize("make", [word_document, workbook, open_document])
def test_an_office_file_over_the_bound_is_no_container(tmp_path: Path, make: Callable[[str], bytes]) -> None:
    packed = io.BytesIO(make(report(1)))
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr("media/1.png", random.Random(7).randbytes(30_000))
    limits = Settings(max_file_bytes=20_000)
    for name in ("总结", "总结.zip"):
        assert found(tmp_path, name, packed.getvalue()) == {name: WorkState.PENDING}
        assert found(tmp_path, name, packed.getvalue(), limits) == {name: WorkReason.TOO_LARGE}
    assert found(tmp_path, "坏", packed.getvalue()[:-900], limits) == {"坏": WorkReason.UNREADABLE}


def test_passwords(tmp_path: Path) -> None:
    assert found(tmp_path, "a.zip", encrypted(zipped({"a.txt": REPORT}))) == {
        "a.zip": WorkState.UNPACKED, "a.zip!/a.txt": WorkReason.ENCRYPTED,
    }  # fmt: skip
    assert found(tmp_path, "a.7z", seven_zipped({"a.txt": REPORT}, "密码")) == {"a.7z": WorkReason.ENCRYPTED}


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    names = ["../../外.txt", "/etc/passwd", "C:\\x.txt", "a.zip!/x.txt", "a.txt"]
    data = zipped({name: REPORT + name.encode() for name in names})
    assert set(found(tmp_path, "b.zip", data)) == {
        "b.zip", "b.zip!/../../外.txt", "b.zip!//etc/passwd", "b.zip!/C:/x.txt", "b.zip!/a.zip\\x21/x.txt", "b.zip!/a.txt",
    }  # fmt: skip
    assert [path.name for path in tmp_path.rglob("*")] == ["归档", "b.zip"]


def renamed(packed: bytes, names: Mapping[str, str]) -> bytes:
    """The same .zip or .tar with other names of the same length, as no packer of today writes them."""
    for old, new in names.items():
        assert len(old) == len(new)
        packed = packed.replace(old.encode(), new.encode())
    return packed


def seven_zipped_as(names: Sequence[str], contents: Sequence[bytes]) -> bytes:
    """A .7z whose members have names that the library would not give them."""
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as file:
        for number, content in enumerate(contents):
            file.writestr(content, str(number))
        for entry, name in zip(file.header.files_info.files, names, strict=True):
            entry["filename"] = name
    return packed.getvalue()


ODD_NAMES = ["./a.txt", "子//a.txt", "/a.txt", "../a.txt", "C:\\a.txt", "a.txt", "a.txt_0", "a.txt", "0"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", lambda one, two: renamed(zipped({"a.txt": one, "b.txt": two}), {"b.txt": "a.txt"})),
        (
            "a.tar",
            lambda one, two: tarred({"a.txt": one}).rstrip(b"\0") + bytes(-len(one) % 512) + tarred({"a.txt": two}),
        ),
        ("a.7z", lambda one, two: seven_zipped_as(["a.txt", "a.txt"], [one, two])),
    ],
)
def test_two_members_of_one_name(
    database_url: str, tmp_path: Path, name: str, pack: Callable[[bytes, bytes], bytes]
) -> None:
    write_files(tmp_path / "归档", {name: pack(report(1).encode(), report(2).encode())})
    run_add(database_url, tmp_path / "归档")
    assert {
        source.partition("!/")[2]: text for source, text in rows(database_url, "SELECT source, text FROM document")
    } == {"a.txt": report(1), "a.txt (2)": report(2)}


def test_many_members_of_one_name(tmp_path: Path) -> None:
    entry = tarred({"a.txt": REPORT})[:1024]
    half = tarred({"a.txt (2)": REPORT})[:1024]
    count = 30_000
    began = time.process_time()
    paths = list(found(tmp_path, "a.tar", half + entry * count + bytes(1024)))
    assert time.process_time() - began < 15  # counted from one for each of them, it is minutes
    assert paths == [
        "a.tar", "a.tar!/a.txt (2)", "a.tar!/a.txt", *(f"a.tar!/a.txt ({number})" for number in range(3, count + 2)),
    ]  # fmt: skip


def test_odd_names_in_a_7z_are_only_names(database_url: str, tmp_path: Path) -> None:
    contents = [report(number) for number, _ in enumerate(ODD_NAMES)]
    packed = seven_zipped_as(ODD_NAMES, [text.encode() for text in contents])
    write_files(tmp_path / "归档", {"a.7z": packed})
    run_add(database_url, tmp_path / "归档")
    shown = [*ODD_NAMES[:4], "C:/a.txt", "a.txt", "a.txt_0", "a.txt (2)", "0"]
    assert {
        source.partition("!/")[2]: text for source, text in rows(database_url, "SELECT source, text FROM document")
    } == dict(zip(shown, contents, strict=True))
    assert [path.name for path in (tmp_path / "归档").rglob("*")] == ["a.7z"]


def test_an_empty_member_of_a_7z_takes_nothing_from_the_others(tmp_path: Path) -> None:
    names = ["空.txt", "一.txt", "二.txt"]
    assert found(tmp_path, "a.7z", seven_zipped_as(names, [b"", REPORT, REPORT + b"2"])) == {
        "a.7z": WorkState.UNPACKED,
        "a.7z!/空.txt": WorkReason.EMPTY,
        "a.7z!/一.txt": WorkState.PENDING,
        "a.7z!/二.txt": WorkState.PENDING,
    }


def test_a_member_with_a_charset_that_is_none_takes_no_other_along(tmp_path: Path) -> None:
    head = "From: a@b\r\nTo: c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    text = "--b\r\nContent-Type: text/plain; charset=undefined\r\n\r\n" + report(2)
    attached = "--b\r\nContent-Disposition: attachment; filename=r.txt\r\n\r\n" + report(3) + "\r\n--b--\r\n"
    mail = (head + text + attached).encode("gb18030")
    members = {"好.txt": REPORT, "信.eml": mail, "后.txt": REPORT}
    inside = ["a.zip!/好.txt", "a.zip!/信.eml", "a.zip!/信.eml!/r.txt", "a.zip!/后.txt"]
    assert found(tmp_path, "a.zip", zipped(members)) == {
        "a.zip": WorkState.UNPACKED, **dict.fromkeys(inside, WorkState.PENDING),
    }  # fmt: skip


def test_a_slip_over_a_member_takes_no_other_along(tmp_path: Path) -> None:
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 4:  # as the second member is read
            raise KeyError("slip")

    write_files(tmp_path, {"a.zip": zipped(dict.fromkeys(("一.txt", "二.txt", "三.txt"), REPORT))})
    (file,) = [survey(each, Settings(), beat) for each in walk(str(tmp_path / "a.zip"))]
    assert file.item.state is WorkState.UNPACKED
    assert [member.reason for member in file.members] == [None, WorkReason.CRASHED, None]
    assert "KeyError" in file.members[1].message


@pytest.fixture
def full_disk() -> Iterator[Callable[[], None]]:
    """Let no file grow beyond some bytes from the call on, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_trouble_with_the_disk_is_not_told_as_damage(tmp_path: Path, full_disk: Callable[[], None]) -> None:
    texts = [report(number, sentences=40).encode() for number in range(3)]
    write_files(tmp_path, {"a.7z": seven_zipped_as(["0", "1", "2"], texts)})
    (path,) = walk(str(tmp_path / "a.7z"))
    members = [
        WorkItem(number, f"{path.path}!/{number}", str(number), hashlib.sha256(text).hexdigest())
        for number, text in enumerate(texts)
    ]
    full_disk()
    item = survey(path, Settings()).item
    loaded = [result for result in load(iter(members), Settings()) if isinstance(result, WorkResult)]
    assert [result.item for result in loaded] == [0, 1, 2]
    for reason, message in ((item.reason, item.message), *((result.reason, result.message) for result in loaded)):
        assert reason is WorkReason.UNREADABLE
        assert message == "读取时系统出错（文件过大）；请排除后重试"


def test_a_container_that_breaks_off_gives_what_comes_before(database_url: str, tmp_path: Path) -> None:
    whole = tarred({f"{n}.txt": report(n).encode() for n in range(9)})
    write_files(tmp_path / "归档", {"a.tar": whole[: len(whole) // 4]})
    run_add(database_url, tmp_path / "归档")
    found = {path.rpartition("/")[2]: state for path, state in items(database_url).items()}
    assert found.pop("a.tar") == ("failed", "unreadable")
    assert ("done", None) in found.values()


@pytest.mark.parametrize(("name", "pack"), [("a.gz", gzip.compress), ("a.bz2", bz2.compress), ("a.xz", lzma.compress)])
def test_a_packed_file_that_breaks_off(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    data = pack(random.Random(7).randbytes(5000))
    assert found(tmp_path, name, data[:-9]) == {name: WorkState.UNPACKED, f"{name}!/a": WorkReason.UNREADABLE}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(KINDS)), data=st.data())
def test_damage_is_told_and_never_raised(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(KINDS[name])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    assert found(tmp_path, name, bytes(content[:cut]))
