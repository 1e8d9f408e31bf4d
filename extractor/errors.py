"""Every error Gouji raises on purpose. A message says what is wrong, where, and what to do.

``str(error)`` is Chinese (users of the command line and the page read it); ``error.detail`` is English for developers.
"""

from __future__ import annotations

import errno

_OS_REASONS = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: "不是文件夹",
    errno.EEXIST: "已存在",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EROFS: "所在磁盘只读",
    errno.EIO: "磁盘读写出错",
    errno.EPIPE: "接收的一方已关闭",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "链接互相指向",
    errno.EMFILE: "打开的文件过多",
}


FREE_SPACE = "请腾出空间后再运行同一命令"
"""What to do when a disk is full."""


class GoujiError(Exception):
    """Base of all errors of this library.

    Args:
        message: what, where and what to do, in Chinese, one line.
        detail: the same for developers, in English.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail or message


class ReadError(GoujiError):
    """A file could not be turned into text. ``kind`` is the typed reason used by the archive's work ledger."""

    def __init__(self, message: str, detail: str = "", kind: str = "unreadable") -> None:
        super().__init__(message, detail)
        self.kind = kind


class StoreError(GoujiError):
    """The database is missing, of another version, or refuses what was asked."""


class ResourceError(GoujiError):
    """A data file of ``extractor/resources`` breaks its schema."""


class UsageError(GoujiError):
    """An option or argument has a value that makes no sense."""


class MissingError(UsageError):
    """What is to be read or changed is not there."""


class ConflictError(UsageError):
    """What is asked does not go with what is there."""


def os_reason(error: OSError) -> str:
    """Return in Chinese why the system refused; what the table does not know in the system's own words."""
    known = _OS_REASONS.get(error.errno) if error.errno is not None else None
    return known or error.strerror or str(error)


def missing_extra(what: str, extra: str, error: ImportError) -> UsageError:
    """Return the error for a library that only an extra of the package brings."""
    return UsageError(
        f"没有安装 {what}；请运行 pip install 'gouji[{extra}]'", f"the extra {extra!r} is not installed: {error}"
    )
