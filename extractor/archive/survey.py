"""What a file is, before anything is read out of it: the hash of its bytes, and of a container all its members.

A survey reads every byte once. It costs little beside the extraction, and after it is known how much there is to do, and
which contents are the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import IO, TYPE_CHECKING

from extractor.archive.containers import CONTAINERS, BombError, Budget, Member, has_members, members, reported
from extractor.archive.names import LONGEST, TOO_LONG, cut_member, shown
from extractor.archive.walk import Found, skip_reason
from extractor.archive.work import slip, unopened
from extractor.errors import ReadError
from extractor.readers import check_size, media_type
from extractor.readers.formats import find_reader
from extractor.readers.mail import has_text
from extractor.readers.signatures import signature
from extractor.readers.sniff import MAIL, ZIP_MARKS, kind_of_zip
from extractor.types import INSIDE, SurveyedFile, SurveyedItem, WorkReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extractor.config import Settings

_HEAD = 64 * 1024


def survey(found: Found, settings: Settings, beat: Callable[[], None] = lambda: None) -> SurveyedFile:
    """Return what a file is.

    Args:
        found: the file as the walk met it.
        settings: bounds on sizes and nesting.
        beat: is called as the unpacking of a container goes on.
    """
    item = SurveyedItem(found.path, found.bytes, reason=found.reason, message=found.message)
    if item.reason is not None:
        return SurveyedFile(item, found.mtime_ns)
    try:
        with open(found.actual, "rb") as file:
            surveyed = _survey_open(item, file, found, settings, beat)
    except OSError as error:
        surveyed = [replace(item, reason=WorkReason.UNREADABLE, message=unopened("文件", error))]
    except ReadError as error:
        surveyed = [_failed(item, error)]
    if any(len(one.path.encode()) > LONGEST for one in surveyed):
        surveyed = [replace(item, reason=WorkReason.UNREADABLE, message=TOO_LONG)]
    return SurveyedFile(surveyed[0], found.mtime_ns, tuple(surveyed[1:]))


def container_kind(file: IO[bytes], size: int, name: str, settings: Settings) -> tuple[str, bytes | None]:
    """Return the media type of a file, and its bytes; of one over the bound on files ``None``, if it is a container.

    Raises:
        ReadError: ``empty``, ``too_large`` for what is no container (``unsupported`` if it is no report in any size),
            ``unreadable`` for a damaged one over the bound.
    """
    if size <= settings.max_file_bytes:
        data = file.read(settings.max_file_bytes + 1)
        check_size(len(data), settings)
        return media_type(data, name), data
    head = file.read(_HEAD)
    if head.startswith(ZIP_MARKS):
        with reported():
            kind = kind_of_zip(file)  # its directory, at the end, tells an Office file from a plain .zip
    else:
        kind = media_type(head, name)
    if kind not in CONTAINERS:
        if signature(head) is not None:  # a video is none of the files to be split
            find_reader(kind)
        check_size(size, settings)
    file.seek(0)
    return kind, None


def _survey_open(
    item: SurveyedItem, file: IO[bytes], found: Found, settings: Settings, beat: Callable[[], None]
) -> list[SurveyedItem]:
    kind, data = container_kind(file, found.bytes, found.path, settings)
    budget = Budget(settings, found.bytes, beat)
    if data is None:
        return list(_survey_members(item, kind, file, budget, depth=1))
    return _survey_bytes(replace(item, bytes=len(data)), kind, data, budget, depth=0)


def _survey_bytes(item: SurveyedItem, kind: str, data: bytes, budget: Budget, depth: int) -> list[SurveyedItem]:
    """Return what a file or member is, with all that is in it; ``depth`` counts the containers it lies in."""
    hashed = replace(item, sha256=hashlib.sha256(data).hexdigest())
    if not has_members(kind, data):
        return [hashed]
    settings = budget.settings
    if depth >= settings.max_nesting:
        message = f"压缩包或邮件套了 {depth + 1} 层，超过上限；请先解压，或用环境变量 GOUJI_MAX_NESTING 调高上限"
        return [replace(item, reason=WorkReason.TOO_LARGE, message=message)]
    to_read = kind == MAIL and has_text(data, settings)
    return list(_survey_members(hashed if to_read else item, kind, BytesIO(data), budget, depth + 1))


def _survey_members(
    item: SurveyedItem, kind: str, file: IO[bytes], budget: Budget, depth: int
) -> Iterator[SurveyedItem]:
    """Yield a container and all in it; of one that breaks off, what came before."""
    found: list[SurveyedItem] = []
    names: dict[str, int] = {}
    try:
        for member in members(kind, file, item.path, budget):
            found += _survey_member(item, member, names, budget, depth)
    except BombError:
        raise
    except Exception as error:  # a slip of ours or of a library costs nothing but this container
        item = _failed(item, error)
    yield item
    yield from found


def _survey_member(
    container: SurveyedItem, member: Member, names: dict[str, int], budget: Budget, depth: int
) -> list[SurveyedItem]:
    position = f"{container.position}/{member.number}".lstrip("/")
    path = container.path + INSIDE + _unique(cut_member(shown(member.name)), names)
    item = SurveyedItem(path, member.size, position=position)
    reason, message = skip_reason(member.name) or (None, "")
    if member.link:
        reason, message = WorkReason.LINK, "压缩包里的链接或特殊文件"
    if reason is not None:
        return [replace(item, reason=reason, message=message)]
    settings = budget.settings
    try:
        if member.size is not None:
            check_size(member.size, settings)
        data = member.read()
        check_size(len(data), settings)
        item = replace(item, bytes=len(data))
        return _survey_bytes(item, media_type(data, member.name), data, budget, depth)
    except BombError:
        raise
    except Exception as error:  # as above, nothing but this member
        return [_failed(item, error)]


def _failed(item: SurveyedItem, error: Exception) -> SurveyedItem:
    """Return a file or member over which something was raised."""
    reason, message = (WorkReason(error.kind), str(error)) if isinstance(error, ReadError) else slip(error)
    return replace(item, reason=reason, message=message)


def _unique(name: str, numbers: dict[str, int]) -> str:
    """Return a name that no member before has; two of one name are allowed in a container, though not wise.

    Args:
        name: of a member.
        numbers: each name given so far, with the last number put behind it.
    """
    unique, number = name, numbers.get(name, 1)
    while unique in numbers:
        number += 1
        unique = f"{name} ({number})"
    numbers[name] = number
    numbers.setdefault(unique, 1)
    return unique
