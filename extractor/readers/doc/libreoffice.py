"""Old Word documents by way of LibreOffice: it saves them as .docx, and the reader of .docx does the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.doc.programs import run
from extractor.readers.docx import read_docx

if TYPE_CHECKING:
    from extractor.config import Settings
    from extractor.types import Document

PROGRAM = "soffice"

_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_OPTIONS = (
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)
"""No macros, and nothing that a document links to is fetched."""


def read(program: str, data: bytes, folder: Path, settings: Settings) -> Document:
    """Read the bytes of a .doc.

    Args:
        program: where LibreOffice is.
        data: the OLE container.
        folder: for its files; a profile of its own lets several processes convert at the same time.
        settings: bounds on time and size.

    Raises:
        ReadError: as the reader of .docx, ``timeout``, and ``unreadable`` when LibreOffice cannot open the file.
    """
    source = folder / "source.doc"
    source.write_bytes(data)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    # The filter is named: a damaged file must fail, not be taken for a text in some encoding.
    command += [
        "--infilter=MS Word 97",
        "--convert-to",
        "docx:Office Open XML Text",
        "--outdir",
        str(folder),
        str(source),
    ]
    run(command, folder, settings.max_seconds_per_file, settings.max_unpacked_bytes)
    made = folder / "source.docx"
    if not made.exists():  # LibreOffice ends with 0 all the same
        raise ReadError("文件无法转换，可能已损坏；请用 Word 或 WPS 打开后另存为 .docx", "LibreOffice wrote nothing")
    return read_docx(made.read_bytes(), settings)


def _registry() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _OPTIONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    )
