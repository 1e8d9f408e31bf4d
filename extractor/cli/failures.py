"""What goes wrong on purpose, said in one Chinese line: wrong usage, our own errors, what the operating system refuses.

click writes its own messages in English and has no other way to translate them than a language of the environment, so
they are matched here (:data:`_PHRASES`). A message that no pattern knows is passed on as it is: ours are Chinese already.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from extractor.errors import FREE_SPACE, GoujiError, os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXIT_FAILED = 2
"""Exit status when an input could not be used."""

EXIT_INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 and the number of the signal."""

# What click says → what we say; versions differ in quotes and in "option: x".
_PHRASES = tuple(
    (re.compile(pattern, re.DOTALL), phrase)
    for pattern, phrase in (
        (r"Missing command\.", "缺少命令"),
        (r"No such command (.+?)\.", r"没有命令 \1"),
        (r"Got unexpected extra arguments? \((.+)\)", r"多余的参数 \1"),
        (r"Option (.+) requires an argument\.", r"选项 \1 缺少值"),
        (r"Option (.+) does not take a value\.", r"选项 \1 不带值"),
        (r"(.+) is not one of (.+)\.", r"\1 应为 \2 之一"),
        (r"(.+) is not in the range (.+)\.", r"\1 不在范围 \2 内"),
        (r"(.+) is not a valid integer( range)?\.", r"\1 应为整数"),
        (r"\w+ (.+) does not exist\.", r"\1 不存在；请检查路径"),
        (r"\w+ (.+) is a directory\.", r"\1 是文件夹，这里应为文件"),
        (r"\w+ (.+) is a file\.", r"\1 是文件，这里应为文件夹"),
        (r"\w+ (.+) is not (?:readable|writable)\.", r"\1 没有读写权限"),
    )
)


class Failure(click.ClickException):
    """An error as people read it."""

    exit_code = EXIT_FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the line to ``file``, by default standard error."""
        click.echo(f"错误：{self.message}", file=file, err=True)


class Interrupted(Failure):
    """A person has stopped the command."""

    exit_code = EXIT_INTERRUPTED

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the line to ``file``, by default standard error; the terminal stands behind its ``^C``."""
        click.echo(f"\n{self.message}", file=file, err=True)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what goes wrong on purpose in the block into a :class:`Failure`.

    A reader that goes away early (``gouji figures | head``) is left to click, which ends the command without a word.
    """
    try:
        yield
    except GoujiError as error:
        raise Failure(str(error)) from error
    except NoArgsIsHelpError:  # the message is the help
        raise
    except click.UsageError as error:
        raise Failure(_usage_message(error)) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        _discard_output()
        raise Failure(_system_message(error)) from error
    except KeyboardInterrupt as error:
        raise Interrupted("已中断；没有写完的输出文件不会留下") from error


@contextmanager
def patient() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C in the block wait: yield what is called where the block can end well, and raises if it was pressed.

    Anywhere else it might leave a process or a temporary file behind, or a traceback of what is being imported. A second
    Ctrl-C is that of a person who does not want to wait: it interrupts at once. Then no further one disturbs what has to
    be put away.
    """
    pressed = False

    def interrupt() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    def press(*_: object) -> None:
        nonlocal pressed
        if pressed:
            interrupt()
        pressed = True

    def stop() -> None:
        if pressed:
            interrupt()

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:  # as shells start what runs in the background
        signal.signal(signal.SIGINT, press)
    yield stop
    signal.signal(signal.SIGINT, before)


def _usage_message(error: click.UsageError) -> str:
    if isinstance(error, click.MissingParameter):
        message = f"缺少{_named(error)}"
    elif isinstance(error, click.BadParameter):
        message = f"{_named(error)}：{_translated(error.message)}"
    elif isinstance(error, click.NoSuchOption):
        near = f"，是不是 {' 或 '.join(error.possibilities)}？" if error.possibilities else ""
        message = f"没有选项 {error.option_name}{near}"
    else:
        message = _translated(error.message)
    pause = "" if message.endswith("？") else "；"
    return f"{message}{pause}用法见 {error.ctx.command_path} --help" if error.ctx else message


def _named(error: click.BadParameter) -> str:
    """Return what people call the parameter: 选项 --format, 参数 路径…."""
    parameter = error.param
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return f"选项 {max(parameter.opts, key=len)}"
    return f"参数 {parameter.make_metavar(error.ctx or click.Context(click.Command(None))).strip('[]')}"


def _translated(message: str) -> str:
    for pattern, phrase in _PHRASES:
        if found := pattern.fullmatch(message):
            return found.expand(phrase)
    return message


def _system_message(error: OSError) -> str:
    where = f"{os.fsdecode(error.filename)}：" if isinstance(error.filename, str | bytes) else "读写出错："
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return f"{where}{os_reason(error)}；{FREE_SPACE if full else '请检查路径和权限'}"


def _discard_output() -> None:
    """Forget what standard output cannot take, or the interpreter would try once more at its end and fail anew."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
