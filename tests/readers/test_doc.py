"""Old Word documents, saved by LibreOffice and read with the programs of the system."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import olefile
import pytest
from docx.oxml import parse_xml
from docx_files import NAMESPACES, cells, fill, saved
from made_files import convert, only_antiword

from extractor.config import Settings
from extractor.errors import ReadError
from extractor.readers import read

if TYPE_CHECKING:
    from collections.abc import Iterator

HANGS = """#!/bin/sh
/bin/sleep 300 &
echo $! > {pid}
wait
"""


@pytest.fixture(scope="module")
def word_file() -> bytes:
    made: Any = docx.Document()
    made.add_heading("松岭县2024年工作总结", 1)
    for number in (3, 4):
        made.add_paragraph(f"新建道路{number}.5公里。", style="List Number")
    paragraph = made.add_paragraph("新增耕地")
    paragraph._p.append(
        parse_xml(f'<w:del {NAMESPACES} w:id="1" w:author="a"><w:r><w:delText>888亩</w:delText></w:r></w:del>')
    )
    paragraph.add_run("999亩，")
    paragraph.add_run().add_break()
    paragraph.add_run("㙍坝村、𠮷塘村受益。")
    table = made.add_table(3, 3, style="Table Grid")
    fill(table, [["项目", "里程（公里）", "投资（万元）"], ["县道", "36.5", "4,380"], ["乡道", "52.1", "3126.5"]])
    other = made.add_table(2, 2, style="Table Grid")
    made.element.body.insert(list(made.element.body).index(other._tbl), made.add_paragraph("另有：")._p)
    fill(other, [["户数", "人数"], ["230", "812"]])
    made.add_paragraph("以上情况，请审议。")  # LibreOffice loses the rows of a table that ends a .doc it saves
    return saved(made)


@pytest.fixture(scope="module")
def old_file(word_file: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("old")
    (folder / "report.docx").write_bytes(word_file)
    return convert([folder / "report.docx"], "doc", folder)["report"]


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def failure(data: bytes, settings: Settings | None = None) -> tuple[str, str]:
    with pytest.raises(ReadError) as caught:
        read(data, "总结.wps", settings)
    return caught.value.kind, str(caught.value)


def test_reads_as_the_docx_it_was(word_file: bytes, old_file: bytes) -> None:
    document = read(old_file, "总结.doc")
    assert document.reader == "doc"
    assert document.media_type == "application/msword"
    assert document.warnings == ()
    expected = read(word_file, "总结.docx")
    assert document.text == expected.text
    assert document.parts == expected.parts


def test_antiword_reads_text_and_tables(old_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_antiword(tmp_path, monkeypatch)
    document = read(old_file, "总结.wps")
    assert document.reader == "doc-antiword"
    assert "antiword" in document.warnings[0]
    lines = document.text.splitlines()
    assert lines[0] == "松岭县2024年工作总结"
    assert "新增耕地999亩，㙍坝村、𠮷塘村受益。" in lines
    assert ("3126.5", "表1 第3行第3列", "投资（万元）", "乡道") in cells(document)
    assert ("812", "表2 第2行第2列", "人数", "230") in cells(document)


def test_without_a_program(old_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    kind, message = failure(old_file)
    assert kind == "unsupported"
    assert "apt-get install libreoffice-writer-nogui antiword" in message


def test_behind_a_password(old_file: bytes) -> None:
    file = io.BytesIO(old_file)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = bytearray(ole.openstream("WordDocument").read())
        stream[0x0B] |= 1  # fEncrypted
        ole.write_stream("WordDocument", bytes(stream))
    assert failure(file.getvalue())[0] == "encrypted"


@pytest.mark.parametrize("kept", [0.2, 0.6])
def test_damaged(kept: float, old_file: bytes) -> None:
    kind, message = failure(old_file[: int(len(old_file) * kept) // 512 * 512])
    assert kind == "unreadable"
    assert message.startswith("总结.wps：")


def test_a_program_that_hangs_is_killed_with_its_children(
    old_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "soffice"
    program.write_text(HANGS.format(pid=tmp_path / "pid"))
    program.chmod(0o755)
    kind, message = failure(old_file, Settings(max_seconds_per_file=1))
    assert kind == "timeout"
    assert "GOUJI_MAX_SECONDS_PER_FILE" in message
    child = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"
